using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recordings;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>
/// Attention of PyTorch's building blocks in a class of the user: found by the numbers in front of a projection, from the queries, keys and
/// values that layers of the same class gave; then the mistake that gives the port's numbers.
/// </summary>
internal static class AttentionSearch
{
    private static readonly (Form Change, Mistake Mistake)[] s_mistakes =
    [
        (
            new Form { Scale = 1 },
            new(
                "attention-scale-left-out",
                "The scores are not divided by the root of a head's width.",
                "Multiply the scores by 1 / √(width of a head)."
            )
        ),
        (
            new Form { ScalesByWidth = true },
            new("attention-scale", "The scores are divided by the root of the width of all heads.", "Divide by the root of one head's width.")
        ),
        (
            new Form { Mask = MaskForm.None },
            new("attention-mask-left-out", "Every place sees those behind it: there is no mask.", "Mask the scores of later places with −∞.")
        ),
        (
            new Form { Mask = MaskForm.Causal },
            new("attention-mask-added", "Places do not see those behind them: there is a mask.", "Leave the mask out.")
        ),
        (
            new Form { Mask = MaskForm.Strict },
            new("attention-mask-shifted", "A place does not see itself: the mask is off by one.", "Take the lower triangle with its diagonal.")
        ),
        (
            new Form { Mask = MaskForm.Ahead },
            new(
                "attention-mask-shifted",
                "Every place sees the next one: the mask is off by one.",
                "Take the lower triangle with its diagonal, and no more."
            )
        ),
        (
            new Form { Mask = MaskForm.AfterSoftmax },
            new(
                "attention-mask-after-softmax",
                "The mask is applied after softmax, so that weights do not sum to 1.",
                "Mask the scores with −∞ before softmax."
            )
        ),
        (
            new Form { Mask = MaskForm.Transposed },
            new(
                "attention-mask-transposed",
                "Places see those behind them, and none before: the mask is the other triangle.",
                "Mask the scores above the diagonal."
            )
        ),
        (
            new Form { Mask = MaskForm.Zeros },
            new("attention-mask-of-zeros", "The scores of later places are 0, and still count in softmax.", "Mask the scores with −∞.")
        ),
        (new Form { ScalesUp = true }, new("attention-scale", "The scores are multiplied by the root of a head's width.", "Divide by it.")),
        (
            new Form { HasNoRoot = true },
            new("attention-scale", "The scores are divided by the width of a head, not by its root.", "Divide by the root of a head's width.")
        ),
        (
            new Form { Split = HeadForm.Interleaved },
            new(
                "heads-split-otherwise",
                "Heads take every so many numbers of the width, not a stretch of it.",
                "View the width as (heads, width of a head), in this order."
            )
        ),
        (
            new Form { Split = HeadForm.NotTransposed },
            new(
                "heads-not-transposed",
                "The width is viewed as heads without transposing: heads take stretches of the sequence.",
                "View as (batch, length, heads, width of a head), then transpose dimensions 1 and 2."
            )
        ),
        (
            new Form { Split = HeadForm.NotTransposed, TransposesBack = false },
            new(
                "heads-not-transposed",
                "The width is viewed as heads without transposing, there and back: heads take stretches of the sequence.",
                "View as (batch, length, heads, width of a head), then transpose dimensions 1 and 2."
            )
        ),
        (
            new Form { SoftmaxDimension = -2 },
            new("softmax-over-another-dimension", "Softmax is over the queries.", "Take softmax over the last dimension, the keys.")
        ),
        (
            new Form { TransposesBack = false },
            new("heads-not-transposed-back", "Heads are not transposed back before they are joined.", "Transpose dimensions 1 and 2 before view.")
        ),
        (new Form { Order = [1, 0, 2] }, new("parts-exchanged", "Query and key are exchanged.", "Split the layer's output in the original's order.")),
        (new Form { Order = [0, 2, 1] }, new("parts-exchanged", "Key and value are exchanged.", "Split the layer's output in the original's order.")),
        (
            new Form { Order = [2, 1, 0] },
            new("parts-exchanged", "Query and value are exchanged.", "Split the layer's output in the original's order.")
        ),
        (
            new Form { Order = [1, 2, 0] },
            new("parts-exchanged", "Query, key and value are in another order.", "Split the layer's output in the original's order.")
        ),
        (
            new Form { Order = [2, 0, 1] },
            new("parts-exchanged", "Query, key and value are in another order.", "Split the layer's output in the original's order.")
        ),
    ];

    private static readonly string[] s_letters = ["q", "k", "v"];

    private enum MaskForm
    {
        None,
        Causal,
        Strict,
        Ahead,
        AfterSoftmax,
        Transposed,
        Zeros,
    }

    private enum HeadForm
    {
        Right,
        Interleaved,
        NotTransposed,
    }

    /// <summary>Mistakes that give the port's numbers where the original has attention in front of a module.</summary>
    internal static IReadOnlyList<Mistake> Causes(SideView original, RecordedTensor a, RecordedTensor b)
    {
        if (!a.HasNumbers || !b.HasNumbers || a.Shape.Count != 3 || Parts(original, a) is not { } parts)
            return [];
        using var scope = NewDisposeScope();
        var (width, wanted, found) = (a.Shape[2], a.Numbers()!, b.Numbers()!);
        var loads = parts.Select(part => part.to_type(ScalarType.Float64)).ToList();
        for (var heads = 1; heads <= width; heads++)
        {
            if (width % heads != 0)
                continue;
            foreach (var mask in new[] { MaskForm.Causal, MaskForm.None })
            {
                var right = new Form { Mask = mask };
                if (!TensorComparison.IsNear(Compute(loads, heads, right), wanted, a.Dtype))
                    continue;
                return
                [
                    .. s_mistakes
                        .Where(mistake => TensorComparison.IsNear(Compute(loads, heads, mistake.Change.Over(right)), found, b.Dtype))
                        .Select(mistake => mistake.Mistake)
                        .DistinctBy(mistake => mistake.Name),
                ];
            }
        }

        return [];
    }

    /// <summary>Queries, keys and values: outputs of layers of the same class, in one tensor or in three; null if there are none.</summary>
    private static List<Tensor>? Parts(SideView side, RecordedTensor target)
    {
        var parent = DottedName.Parent(target.Place.Of);
        var outputs = side
            .Now.Tensors.TakeWhile(tensor => tensor != target)
            .Where(tensor =>
                tensor.Place.Quantity == RecordedQuantity.Output
                && tensor.Place.Call == target.Place.Call
                && DottedName.Parent(tensor.Place.Of) == parent
            )
            .Where(tensor => tensor.HasNumbers && tensor.Shape.Count == 3 && tensor.Shape.Take(2).SequenceEqual(target.Shape.Take(2)))
            .ToList();
        var width = target.Shape[2];
        if (outputs.FirstOrDefault(tensor => tensor.Shape[2] == 3 * width) is { } joined)
            return [.. joined.Load().split(width, 2)];
        var single = outputs.Where(tensor => tensor.Shape[2] == width).ToList();
        if (single.Count != 3)
            return null;
        // Layers may stand in any order; their names say which is which, if they begin with the field's letters.
        var ordered = s_letters
            .Select(letter =>
                single.FirstOrDefault(tensor => DottedName.Last(tensor.Place.Of).StartsWith(letter, StringComparison.OrdinalIgnoreCase))
            )
            .ToList();
        return [.. (ordered.Contains(null) ? single : ordered.OfType<RecordedTensor>()).Select(tensor => tensor.Load())];
    }

    private static Tensor Compute(List<Tensor> parts, int heads, Form form)
    {
        var (batch, length, width) = (parts[0].shape[0], parts[0].shape[1], parts[0].shape[2]);
        var split = form.Order.Select(i => Heads(parts[i])).ToList();
        var each = width / heads;
        var scale = form.Scale
            ?? (
                form.ScalesUp ? Math.Sqrt(each)
                : form.HasNoRoot ? 1.0 / each
                : 1 / Math.Sqrt(form.ScalesByWidth ? width : each)
            );
        var scores = split[0].matmul(split[1].transpose(-2, -1)) * scale;
        var seen = form.Mask switch
        {
            MaskForm.Causal or MaskForm.AfterSoftmax => ones(length, length, ScalarType.Float64).tril(),
            MaskForm.Strict => ones(length, length, ScalarType.Float64).tril(-1),
            MaskForm.Ahead => ones(length, length, ScalarType.Float64).tril(1),
            MaskForm.Transposed => ones(length, length, ScalarType.Float64).triu(),
            MaskForm.Zeros => ones(length, length, ScalarType.Float64).tril(),
            _ => ones(length, length, ScalarType.Float64),
        };
        if (form.Mask != MaskForm.AfterSoftmax)
            scores = scores.masked_fill(seen.eq(0), form.Mask == MaskForm.Zeros ? 0 : double.NegativeInfinity);
        var weights = nn.functional.softmax(scores, form.SoftmaxDimension);
        if (form.Mask == MaskForm.AfterSoftmax)
            weights *= seen;
        var mixed = weights.matmul(split[2]);
        return (form.TransposesBack ? mixed.transpose(1, 2) : mixed).contiguous().view(batch, length, width);

        Tensor Heads(Tensor part) =>
            form.Split switch
            {
                HeadForm.Interleaved => part.view(batch, length, width / heads, heads).permute(0, 3, 1, 2),
                HeadForm.NotTransposed => part.contiguous().view(batch, heads, length, width / heads),
                _ => part.view(batch, length, heads, width / heads).transpose(1, 2),
            };
    }

    /// <summary>A way to compute attention; what is not set is as the right one has it.</summary>
    private sealed record Form
    {
        internal IReadOnlyList<int> Order { get; init; } = [0, 1, 2];
        internal double? Scale { get; init; }
        internal bool ScalesByWidth { get; init; }
        internal bool ScalesUp { get; init; }
        internal bool HasNoRoot { get; init; }
        internal HeadForm Split { get; init; }
        internal MaskForm? Mask { get; init; }
        internal int SoftmaxDimension { get; init; } = -1;
        internal bool TransposesBack { get; init; } = true;

        internal Form Over(Form right) => this with { Mask = Mask ?? right.Mask };
    }
}
