using Micrograd.Parity.Inputs;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Comparing;

/// <summary>
/// One op under one list of settings with points as vectors, in one format: special and random points, each with an upstream gradient of 1
/// and a random one. Every difference must lie within its bound.
/// </summary>
internal sealed class VectorOpComparison(Op op, double[] settings, FloatFormat format, OpCatalogue ops) : IComparison
{
    private readonly OpComparison _plain = new(op, settings);

    public string Name => VectorItem.Name(_plain.Name, format);

    public ItemKind Kind => _plain.Kind;

    /// <summary>The row.</summary>
    public Op Op => op;

    public bool DemandsSameBits => false;

    public ItemResult Run(RunContext context)
    {
        var random = context.RandomFor(Name);
        var item = new VectorItem(format, ops, context, at => $"./parity run {ShellWord.Of($"{Name} @ {at}")} --vectors");
        var points = context.OnlyPoint is { } only
            ? Enumerable.Repeat(only.Operands, VectorItem.Lengths[0]).ToList()
            : _plain.Points(context, random).ToList();
        foreach (var group in points.GroupBy(p => p.Length))
        {
            var inputs = group.Select(p => new ProgramInput(p, [context.OnlyPoint?.Upstream ?? 1])).ToList();
            if (context.OnlyPoint is null)
                inputs.AddRange(group.Select(p => new ProgramInput(p, [OpPoints.Upstream(random)])));
            var program = Program.OfOp(_plain.Name, op.Name, group.Key, settings);

            // What is not elementwise is applied number by number, whatever the tensors' length.
            item.Compare(program, inputs, op.Elementwise ? VectorItem.Lengths : [VectorItem.Lengths[0]]);
        }

        return item.Result(Name, Kind, points.Count) with
        {
            Ours = op.OursSource,
            Theirs = op.TheirsSource,
        };
    }
}
