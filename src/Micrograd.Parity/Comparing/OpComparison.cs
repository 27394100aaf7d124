using Micrograd.Parity.Engines;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Comparing;

/// <summary>One op under one list of settings, at special and random points, each with an upstream gradient of 1 and a random one.</summary>
public sealed class OpComparison(Op op, double[] settings) : IComparison
{
    private const int UpstreamsPerPoint = 2;

    private readonly Dictionary<int, Program> _programs = [];

    /// <inheritdoc/>
    public string Name { get; } = settings.Length == 0 ? op.Name : $"{op.Name}({string.Join(", ", settings.Select(NumberText.Of))})";

    /// <inheritdoc/>
    public ItemKind Kind => ItemKind.Op;

    /// <summary>The row.</summary>
    public Op Op => op;

    /// <summary>The settings.</summary>
    internal IReadOnlyList<double> Settings => settings;

    /// <inheritdoc/>
    public ItemResult Run(RunContext context)
    {
        var judge = new KnownDifferenceJudge(Name, context);
        var differences = new List<Difference>();
        var failures = new List<Difference>();
        var counts = Counts.None;
        ulong greatest = 0;
        var inputs = Inputs(context);
        var ours = Traces(context.Ours, inputs);
        var theirs = Traces(context.Theirs, inputs);

        foreach (var (input, ourTrace, theirTrace) in inputs.Zip(ours, theirs))
        {
            var point = input.Numbers;
            var program = ProgramFor(point.Length);
            differences.Clear();
            counts += TraceComparer.Compare(
                program,
                input,
                ourTrace,
                theirTrace,
                (n, q, a, b) => judge.Judge(point, q, n < point.Length ? n : -1),
                differences
            );
            foreach (var difference in differences)
            {
                greatest = Math.Max(greatest, difference.Ulp);
                if (difference.Verdict == Verdict.Mismatch && failures.Count < ItemResult.KeptDifferences)
                    failures.Add(difference with { Again = $"./parity run {ShellWord.Of($"{Name} @ {difference.Input}")}" });
            }
        }

        var sampled = context.Figures && context.OnlyPoint is null ? ProgramFor(OpSampler.Operands(op)) : null;
        return new ItemResult(Name, Kind)
        {
            Points = inputs.Count / (context.OnlyPoint is null ? UpstreamsPerPoint : 1),
            Counts = counts,
            GreatestUlp = greatest,
            Ours = op.OursSource,
            Theirs = op.TheirsSource,
            Failures = failures,
            Known = judge.Met,
            Details = ItemDetail.List(
                op.Elementwise ? TorchSelfComparison.Run(op, settings, [.. inputs.Zip(theirs)]) : null,
                sampled is null
                    ? null
                    : new OpFigures(OpSampler.Curve(op, settings, sampled, context), OpSampler.Kinks(op, settings, sampled, context))
            ),
            Errors = context.OnlyPoint is null ? judge.Stale : [],
        };
    }

    /// <summary>All that it is compared on: each point with an upstream gradient of 1 and a random one.</summary>
    internal List<ProgramInput> Inputs(RunContext context)
    {
        if (context.OnlyPoint is { } only)
            return [new ProgramInput(only.Operands, [only.Upstream])];
        var random = context.RandomFor(Name);
        var inputs = new List<ProgramInput>();
        foreach (var point in Points(context, random).ToList())
        {
            inputs.Add(new ProgramInput(point, [1]));
            inputs.Add(new ProgramInput(point, [OpPoints.Upstream(random)]));
        }

        return inputs;
    }

    internal IEnumerable<double[]> Points(RunContext context, SeededRandom random) =>
        OpPoints.For(op, settings, Math.Max(context.Points / op.Settings.Count, Math.Min(context.Points, 500)), random);

    /// <summary>The program of this op alone.</summary>
    internal Program ProgramFor(int operands)
    {
        if (!_programs.TryGetValue(operands, out var program))
            _programs.Add(operands, program = Program.OfOp(Name, op.Name, operands, settings));
        return program;
    }

    /// <summary>A backend's trace of each input, in the order in which they came.</summary>
    private List<Trace> Traces(IBackend backend, List<ProgramInput> inputs)
    {
        var traces = new Dictionary<ProgramInput, Trace>(ReferenceEqualityComparer.Instance);
        foreach (var alike in inputs.GroupBy(input => input.Numbers.Length))
        {
            var group = alike.ToList();
            foreach (var (input, trace) in group.Zip(backend.RunAll(ProgramFor(alike.Key), group)))
                traces.Add(input, trace);
        }

        return inputs.ConvertAll(input => traces[input]);
    }
}
