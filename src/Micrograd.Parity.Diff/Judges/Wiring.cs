using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Recording;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>Finds out what a tensor was made of, one recorded tensor or a sum of two, on both sides, and which mistake is between them.</summary>
internal static class Wiring
{
    private const int Candidates = 48;

    /// <summary>Mistakes of a port that gives a module something else, or makes something else of what modules gave.</summary>
    internal static IReadOnlyList<Mistake> Causes(SideView original, SideView port, RecordedTensor a, RecordedTensor b)
    {
        if (!a.HasNumbers || !b.HasNumbers)
            return [];
        var (left, right) = (Terms(original, a), Terms(port, b));
        if (left is [var single] && (right.Count == 0 || (right is [var other] && Counterpart(port, single) != other)))
            (left, right) = (Opened(original, left), Opened(port, right));
        if (left.Count == 2 && right.Count == 0)
            return Scaled(original, port, left, b);
        if (left.Count == 0 || right.Count == 0)
            return [];
        var wanted = left.Select(term => Counterpart(port, term)).ToList();
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
            if (IsLater(original, a, right[0]) is { } later)
                return
                [
                    new(
                        "modules-exchanged",
                        $"{explanation} The original calls {later} behind {a.Place.Of}, the port in front of it.",
                        "Call them in the original's order."
                    ),
                ];
            var skipped = original.Outputs(left[0].Place.Of).FirstOrDefault(output => output == left[0])?.Inputs;
            return
                skipped is not null
                && skipped.Any(input =>
                    input is not null && original.State.PortName(input.Place) is { } name && port.Find(input.Place with { Of = name }) == right[0]
                )
                ?
                [
                    new(
                        "module-not-called",
                        $"{explanation} {left[0].Place.Of} is not called between them.",
                        $"Call {original.State.Modules.Port.GetValueOrDefault(left[0].Place.Of, left[0].Place.Of)}."
                    ),
                ]
                : [new("input-from-elsewhere", explanation, "Give the module what the original gives it.")];
        }

        return [];
    }

    /// <summary>Origin of a tensor that only passes on what it was given, as a dropout in evaluation does.</summary>
    private static IReadOnlyList<RecordedTensor> Opened(SideView side, IReadOnlyList<RecordedTensor> terms) =>
        terms switch
        {
            [{ Place.Quantity: RecordedQuantity.Input } only] => Terms(side, only),
            [{ Place.Quantity: RecordedQuantity.Output, Inputs: [{ IsNone: false } given] } only] when IsNear(given, only) => Terms(side, given),
            _ => terms,
        };

    /// <summary>The port's tensor at the place of one of the original's; where it has no such place, the first with the same numbers.</summary>
    private static RecordedTensor? Counterpart(SideView port, RecordedTensor term) =>
        port.State.PortName(term.Place) is { } name
            ? port.Find(term.Place with { Of = name })
            : port.Now.Tensors.FirstOrDefault(tensor =>
                tensor.Place.Quantity is RecordedQuantity.Input or RecordedQuantity.Output
                && tensor.Shape.SequenceEqual(term.Shape)
                && !tensor.IsNone
                && IsNear(tensor, term)
            );

    private static bool IsNear(RecordedTensor a, RecordedTensor b)
    {
        using var scope = NewDisposeScope();
        return a.HasNumbers && b.HasNumbers && a.Shape.SequenceEqual(b.Shape) && TensorComparison.IsNear(a.Numbers()!, b.Numbers()!, a.Dtype);
    }

    /// <summary>The original's sum with one of its terms scaled.</summary>
    private static IReadOnlyList<Mistake> Scaled(SideView original, SideView port, IReadOnlyList<RecordedTensor> left, RecordedTensor b)
    {
        var terms = left.Select(term => Counterpart(port, term)).ToList();
        if (terms is not [{ HasNumbers: true, IsNone: false } first, { HasNumbers: true, IsNone: false } second])
            return [];
        using var scope = NewDisposeScope();
        var sum = b.Numbers()!;
        foreach (var (scaled, other) in new[] { (first, second), (second, first) })
        {
            var (x, rest) = (scaled.Numbers()!.reshape(-1), other.Numbers()!.expand(sum.shape).reshape(-1));
            if (!scaled.Shape.SequenceEqual(b.Shape))
                continue;
            var missing = sum.reshape(-1) - rest;
            var factor = x.dot(missing).ToDouble() / x.dot(x).ToDouble();
            if (double.IsFinite(factor) && factor != 0 && TensorComparison.IsNear(rest + x * factor, sum.reshape(-1), b.Dtype))
                return
                [
                    new(
                        "term-scaled",
                        $"The port takes {Fit.Shown(factor)} times {Diff.Words.Of(scaled.Place, port)}, beside {Diff.Words.Of(other.Place, port)}; the original adds both.",
                        "See where it is scaled, and whether the original does."
                    ),
                ];
        }

        return [];
    }

    /// <summary>The recorded tensors of which one is another, or the sum; none if that is not known.</summary>
    private static IReadOnlyList<RecordedTensor> Terms(SideView side, RecordedTensor target)
    {
        var leaf =
            target.Place.Quantity == RecordedQuantity.Batch
            || (target.Place.Quantity == RecordedQuantity.Output && !side.HasChildren(target.Place.Of));
        if (leaf)
            return [target];
        using var scope = NewDisposeScope();
        var numbers = target.Numbers()!;
        var rounding = 8 * DTypes.Roundoff(target.Dtype) * numbers.abs().max().ToDouble();
        var earlier = side
            .Now.Tensors.TakeWhile(tensor => tensor != target && !IsItself(tensor))
            .Where(tensor => tensor.Place.Quantity is RecordedQuantity.Input or RecordedQuantity.Output or RecordedQuantity.Batch)
            .Where(tensor => tensor.HasNumbers && !tensor.IsNone && Reaches(tensor.Shape, target.Shape) && tensor.Dtype == target.Dtype)
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

        // What a call was given stands at its place too: a sum is not explained by itself.
        bool IsItself(RecordedTensor tensor) =>
            tensor.Key == target.Key && tensor.Place.Quantity == RecordedQuantity.Input && tensor.Place.Of == target.Place.Of;

        bool Near(Tensor value)
        {
            if (!value.shape.SequenceEqual(numbers.shape))
                return false;
            using var distance = (value - numbers).abs().max();
            return distance.ToDouble() <= rounding;
        }
    }

    /// <summary>The original's module that gives what the port takes, if the original calls it later.</summary>
    private static string? IsLater(SideView original, RecordedTensor a, RecordedTensor taken) =>
        taken.Place.Quantity == RecordedQuantity.Output
        && original.State.Modules.Original.TryGetValue(taken.Place.Of, out var module)
        && original.Outputs(a.Place.Of).FirstOrDefault() is { } own
        && original.Outputs(module).FirstOrDefault() is { } other
        && original.Now.Tensors.TakeWhile(tensor => tensor != other).Contains(own)
            ? module
            : null;

    /// <summary>True if a tensor is of a shape, or is broadcast to it.</summary>
    private static bool Reaches(IReadOnlyList<long> shape, IReadOnlyList<long> wanted) =>
        shape.Count > 0 && shape.Count == wanted.Count && shape.Zip(wanted).All(sizes => sizes.First == sizes.Second || sizes.First == 1);

    private static bool IsNorm(SideView side, RecordedTensor tensor) =>
        side.HasModule(tensor.Place.Of) && side.Module(tensor.Place.Of).Type.Contains("Norm", StringComparison.OrdinalIgnoreCase);

    private static string Words(SideView side, IReadOnlyList<RecordedTensor> terms) =>
        string.Join(" and ", terms.Select(term => Diff.Words.Of(term.Place, side))) is var words && terms.Count > 1 ? $"the sum of {words}" : words;
}
