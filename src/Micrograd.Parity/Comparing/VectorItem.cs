using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparing;

/// <summary>Comparison on vectors, for ops and programs: ours and the bounds one input at a time, PyTorch's a vector of inputs at a time.</summary>
internal sealed class VectorItem(FloatFormat format, OpCatalogue ops, RunContext context, Func<string, string> again)
{
    private readonly FormulaBackend<Enclosure> _bounds = new(ops, new EnclosureArithmetic(format));
    private readonly TorchVectorBackend _theirs = new(ops, format == FloatFormat.Binary64 ? float64 : float32);

    /// <summary>Tensor lengths: a short vector, and one whose vectorized loop runs many times.</summary>
    internal static IReadOnlyList<int> Lengths { get; } = [64, 1000];

    internal BoundComparer Comparer { get; } = new(format);

    /// <summary>The name of an item in a format.</summary>
    internal static string Name(string name, FloatFormat format) => format == FloatFormat.Binary64 ? name : $"{name}, {format}";

    /// <summary>Compares a program on inputs, in vectors of each length.</summary>
    internal void Compare(Program program, IReadOnlyList<ProgramInput> inputs, IReadOnlyList<int> lengths)
    {
        var rounded = inputs.Select(Rounded).ToList();
        var ours = rounded.ConvertAll(input => Rounded(context.Ours.Run(program, input)));
        var bounds = rounded.ConvertAll(input => _bounds.Run(program, input));
        foreach (var length in lengths)
        {
            for (var start = 0; start < rounded.Count; start += length)
            {
                var count = Math.Min(length, rounded.Count - start);
                var theirs = _theirs.Run(program, rounded.GetRange(start, count));
                for (var k = 0; k < count; k++)
                    Comparer.Compare(program, rounded[start + k], ours[start + k], theirs[k], bounds[start + k], again);
            }
        }
    }

    internal ItemResult Result(string name, ItemKind kind, int points) =>
        new(name, kind)
        {
            Points = points,
            Counts = Comparer.Counts,
            GreatestUlp = Comparer.GreatestUlp,
            Failures = Comparer.Failures,
            BoundUse = Comparer.Use,
        };

    private ProgramInput Rounded(ProgramInput input) =>
        format == FloatFormat.Binary64
            ? input
            : new ProgramInput(Array.ConvertAll(input.Numbers, format.Round), Array.ConvertAll(input.Upstreams, format.Round));

    private Trace Rounded(Trace trace) =>
        format == FloatFormat.Binary64
            ? trace
            : new Trace(
                Array.ConvertAll(trace.Values, format.Round),
                Array.ConvertAll(trace.Gradients, g => g is { } x ? format.Round(x) : (double?)null)
            );
}
