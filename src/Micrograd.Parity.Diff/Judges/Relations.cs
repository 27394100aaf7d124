using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Recording;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>Finds what makes the port's tensor of the original's: another order of elements, a function, another place of a sequence.</summary>
internal static class Relations
{
    private static readonly (string Name, Func<Tensor, Tensor> Function)[] s_functions =
    [
        ("softmax", x => x.softmax(-1)),
        ("log_softmax", x => x.log_softmax(-1)),
        ("softmax over the first dimension", x => x.softmax(0)),
        ("log_softmax over the first dimension", x => x.log_softmax(0)),
        ("sigmoid", x => x.sigmoid()),
        ("tanh", x => x.tanh()),
        ("relu", x => x.relu()),
        ("division by the length along the last dimension", x => x / x.norm(-1, keepdim: true)),
        ("exp", x => x.exp()),
        ("log", x => x.log()),
    ];

    private static readonly (string Name, Func<Tensor, int, Tensor> Take)[] s_places =
    [
        ("the last place", (x, time) => x.select(time, -1)),
        ("the first place", (x, time) => x.select(time, 0)),
        ("the mean of all places", (x, time) => x.mean([time])),
        ("the sum of all places", (x, time) => x.sum(time)),
        ("the greatest of all places", (x, time) => x.amax([time])),
    ];

    /// <summary>Mistakes that make the port's tensor of the original's.</summary>
    internal static IReadOnlyList<Mistake> Causes(SideView original, SideView port, RecordedTensor a, RecordedTensor b)
    {
        if (!a.HasNumbers || !b.HasNumbers || !a.Shape.SequenceEqual(b.Shape) || a.Elements < 2)
            return [];
        using var scope = NewDisposeScope();
        var (left, right) = (a.Numbers()!, b.Numbers()!);
        if (TensorComparison.IsNear(left.reshape(-1).sort().Values, right.reshape(-1).sort().Values, b.Dtype))
            return
            [
                new(
                    "elements-in-another-order",
                    "The port has the original's numbers in another order.",
                    "See where dimensions are flattened, joined or transposed."
                ),
            ];
        foreach (var (name, function) in left.dim() > 0 ? s_functions : [])
        {
            if (TensorComparison.IsNear(function(left), right, b.Dtype))
                return
                [
                    new(
                        "function-added",
                        $"The port has {name} of the original's numbers.",
                        $"Leave {name} out: the original takes the numbers as they are."
                    ),
                ];
            if (TensorComparison.IsNear(left, function(right), b.Dtype))
                return [new("function-left-out", $"The original has {name} of the port's numbers.", $"Apply {name}, as the original does.")];
        }

        if (DTypes.Roundoff(a.Dtype) == 0 && right - left is var shift && shift.reshape(-1)[0].ToDouble() is var by && shift.eq(by).all().ToBoolean())
            return
            [
                new("indices-shifted", $"The port's indices are {Fit.Shown(by)} higher than the original's.", "Count from where the original does."),
            ];
        if (TensorComparison.ConstantFactor(left, right) is { } factor)
            return
            [
                new(
                    "scaled",
                    $"The port's numbers are the original's times {Fit.Shown(factor)}.",
                    "See where they are scaled, and whether the original does."
                ),
            ];
        return (Place(original, a, left), Place(port, b, right)) is ({ } here, { } there) && here != there
            ? [new("another-place-of-the-sequence", $"The original takes {here}, the port {there}.", "Take what the original takes of the sequence.")]
            : [];
    }

    /// <summary>The place of a recorded sequence that a tensor is; null if that is not known.</summary>
    private static string? Place(SideView side, RecordedTensor target, Tensor numbers)
    {
        if (target.Shape.Count != 2)
            return null;
        var sequences = side
            .Now.Tensors.TakeWhile(tensor => tensor != target && (tensor.Place.Quantity, tensor.Place.Of) != (target.Place.Quantity, target.Place.Of))
            .Where(tensor => tensor.Place.Quantity is RecordedQuantity.Output or RecordedQuantity.Input && tensor.HasNumbers && !tensor.IsNone)
            .ToList();
        foreach (var sequence in sequences)
        {
            if (sequence.Shape.Count == 3 && sequence.Shape[0] == 1 && sequence.Shape.Skip(1).SequenceEqual(target.Shape))
            {
                if (TensorComparison.IsNear(sequence.Numbers()!.reshape(numbers.shape), numbers, target.Dtype))
                    return Words.Of(sequence.Place, side);
                continue;
            }

            if (sequence.Shape.Count != 3 || sequence.Shape[2] != target.Shape[1])
                continue;
            using var values = sequence.Numbers()!;
            for (var time = 0; time < 2; time++)
            {
                foreach (var (name, take) in sequence.Shape[1 - time] == target.Shape[0] ? s_places : [])
                {
                    if (TensorComparison.IsNear(take(values, time), numbers, target.Dtype))
                        return $"{name} of {Words.Of(sequence.Place, side)}";
                }
            }
        }

        return null;
    }
}
