using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>Finds out what a tensor was made of, one recorded tensor or a sum of two, on both sides, and which mistake is between them.</summary>
internal static class Wiring
{
    private const int Candidates = 48;

    /// <summary>Mistakes of a port that gives a module something else, or makes something else of what modules gave.</summary>
    internal static IReadOnlyList<Mistake> Causes(DiffState state, SideView original, SideView port, RecordedTensor a, RecordedTensor b)
    {
        if (!a.HasNumbers || !b.HasNumbers)
            return [];
        var (left, right) = (Terms(original, a), Terms(port, b));
        if (left.Count == 0 || right.Count == 0)
            return [];
        var wanted = left.Select(term => state.PortName(term.Place) is { } name ? port.Find(term.Place with { Of = name }) : null).ToList();
        var (here, there) = (Words(original, left), Words(port, right));
        var shared = right.Count(term => wanted.Contains(term));
        var explanation = $"The original takes {here}, the port {there}.";
        if (left.Count == 2 && right.Count == 1 && shared == 1)
            return [new("residual-left-out", explanation, "Add both, as the original does.")];
        if (left.Count == 1 && right.Count == 2 && shared == 1)
            return IsNorm(original, a)
                ? [new("norm-behind", explanation, "Normalize before the layer, as the original does, and not its sum.")]
                : [new("residual-added", explanation, "Take the original's alone.")];
        if (left.Count == 2 && right.Count == 2)
            return shared == 2 ? [] : [new("residual-from-elsewhere", explanation, "Add what the original adds.")];
        if (left.Count == 1 && right.Count == 1 && shared == 0)
        {
            var skipped = original.Outputs(left[0].Place.Of).FirstOrDefault(output => output == left[0])?.Inputs;
            return
                skipped is not null
                && skipped.Any(input =>
                    input is not null && state.PortName(input.Place) is { } name && port.Find(input.Place with { Of = name }) == right[0]
                )
                ?
                [
                    new(
                        "module-not-called",
                        $"{explanation} {left[0].Place.Of} is not called between them.",
                        $"Call {state.Modules.Port.GetValueOrDefault(left[0].Place.Of, left[0].Place.Of)}."
                    ),
                ]
                : [new("input-from-elsewhere", explanation, "Give the module what the original gives it.")];
        }

        return [];
    }

    /// <summary>The recorded tensors of which one is another, or the sum; none if that is not known.</summary>
    private static IReadOnlyList<RecordedTensor> Terms(SideView side, RecordedTensor target)
    {
        var leaf = target.Place.Quantity == Quantity.Batch || (target.Place.Quantity == Quantity.Output && !side.HasChildren(target.Place.Of));
        if (leaf)
            return [target];
        using var scope = NewDisposeScope();
        var numbers = target.Numbers()!;
        var rounding = 8 * Dtypes.Roundoff(target.Dtype) * numbers.abs().max().ToDouble();
        var earlier = side
            .Now.Tensors.TakeWhile(tensor => tensor != target)
            .Where(tensor => tensor.Place.Quantity is Quantity.Input or Quantity.Output or Quantity.Batch)
            .Where(tensor => tensor.HasNumbers && !tensor.IsNone && tensor.Shape.SequenceEqual(target.Shape) && tensor.Dtype == target.Dtype)
            .DistinctBy(tensor => tensor.Key)
            .TakeLast(Candidates)
            .Select(tensor => (Tensor: tensor, Numbers: tensor.Numbers()!))
            .Reverse()
            .ToList();
        foreach (var (tensor, value) in earlier)
        {
            if (Near(value))
                return [tensor];
        }

        for (var i = 0; i < earlier.Count; i++)
        {
            for (var j = i + 1; j < earlier.Count; j++)
            {
                using var sum = earlier[i].Numbers + earlier[j].Numbers;
                if (Near(sum))
                    return [earlier[j].Tensor, earlier[i].Tensor];
            }
        }

        return [];

        bool Near(Tensor value)
        {
            using var distance = (value - numbers).abs().max();
            return distance.ToDouble() <= rounding;
        }
    }

    private static bool IsNorm(SideView side, RecordedTensor tensor) =>
        side.HasModule(tensor.Place.Of) && side.Module(tensor.Place.Of).Type.Contains("Norm", StringComparison.OrdinalIgnoreCase);

    private static string Words(SideView side, IReadOnlyList<RecordedTensor> terms) =>
        string.Join(" and ", terms.Select(term => Diff.Words.Of(term.Place, side))) is var words && terms.Count > 1 ? $"the sum of {words}" : words;
}
