using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Recording;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>Asks the catalogue of mistakes which of them turns the original's numbers into the port's, where nothing could be computed anew.</summary>
internal static class CauseSearch
{
    private const int OtherBatches = 64;

    /// <summary>Mistakes that explain a difference of both sides.</summary>
    internal static IReadOnlyList<Mistake> Across(SideView original, SideView port, RecordedTensor a, RecordedTensor b)
    {
        using var scope = NewDisposeScope();
        return a.Place.Quantity switch
        {
            RecordedQuantity.Batch => OfBatch(original, a, b),
            RecordedQuantity.Input or RecordedQuantity.Output => OfForward(original, port, a, b),
            RecordedQuantity.Loss => OfLoss(original, port, a, b),
            RecordedQuantity.OutputGradient => PassedBack.Causes(original, port, b),
            RecordedQuantity.Gradient => OfGradients(original, port, a),
            RecordedQuantity.ClippedGradient => OfClipping(original, port),
            _ => [],
        };
    }

    private static IReadOnlyList<Mistake> OfForward(SideView original, SideView port, RecordedTensor a, RecordedTensor b)
    {
        if (FunctionSearch.Causes(a, b) is { Count: > 0 } function)
            return function;
        if (AttentionSearch.Causes(original, a, b) is { Count: > 0 } attention)
            return attention;
        var wiring = Wiring.Causes(original, port, a, b);
        if (wiring.Count > 0 && wiring[0].Name != "input-from-elsewhere")
            return wiring;
        return Relations.Causes(original, port, a, b) is { Count: > 0 } related ? related : wiring;
    }

    private static IReadOnlyList<Mistake> OfBatch(SideView original, RecordedTensor a, RecordedTensor b)
    {
        if (!a.HasNumbers || !b.HasNumbers)
            return [];
        using var run = RecordedRun.Open(original.State.Original.Shown);
        var others = new List<(long, Tensor)>();
        while (others.Count < OtherBatches && run.Next() is { } step)
        {
            if (step.ByPlace.TryGetValue(a.Place, out var other) && other.HasNumbers && !other.IsNone)
                others.Add((step.Number, other.Load()));
            step.Dispose();
        }

        if (Shifted(a, b) is { } shifted)
            return [shifted];
        return BatchMistakes.Of(a.Load(), b.Load(), others) is { Count: > 0 } found
            ? found
            :
            [
                new(
                    "another-batch",
                    "The port's batch is none of the original's, and no order of this one.",
                    "Give both the same data in the same order: record what the original used."
                ),
            ];
    }

    /// <summary>Sequences that are the original's a place further on or back, but for what is ignored.</summary>
    private static Mistake? Shifted(RecordedTensor a, RecordedTensor b)
    {
        const double Most = 0.75;
        if (a.Shape.Count != 2 || !a.Shape.SequenceEqual(b.Shape) || a.Shape[1] < 8)
            return null;
        var (left, right, length) = (a.Load(), b.Load(), a.Shape[1]);
        foreach (var by in new[] { 1, 2, -1, -2 })
        {
            var (from, kept) = (Math.Max(0, by), length - Math.Abs(by));
            var same = left.narrow(1, from, kept).eq(right.narrow(1, Math.Max(0, -by), kept)).to_type(ScalarType.Float64).mean().ToDouble();
            if (same >= Most)
            {
                return new(
                    "batch-shifted",
                    $"The port's sequences are the original's {Math.Abs(by)} {(Math.Abs(by) == 1 ? "place" : "places")} {(by > 0 ? "further on" : "further back")}.",
                    "Take targets one place behind the inputs, as the original does."
                );
            }
        }

        return null;
    }

    private static IReadOnlyList<Mistake> OfLoss(SideView original, SideView port, RecordedTensor a, RecordedTensor b)
    {
        var known = a.HasNumbers && b.HasNumbers ? LossJudge.Of(original, a).FirstOrDefault() : null;
        if (
            known is not null
            && LossJudge.Like(known, port, b.Place.Call) is { } loss
            && LossMistakes.Of(loss.Call, b.Load()) is { Count: > 0 } found
        )
            return found;

        using var left = a.Numbers();
        using var right = b.Numbers();
        if (left is null || right is null || left.numel() != 1 || right.numel() != 1)
            return [];
        if (Math.Abs(right.reshape(-1)[0].ToDouble() / Math.Sqrt(left.reshape(-1)[0].ToDouble()) - 1) < 1e-5)
            return [new("root-of-the-loss", "The port's loss is the root of the original's.", "Take the mean of squares without its root.")];
        var batch = original.Find(new TensorPlace(RecordedQuantity.Batch, "targets", a.Place.Call, 0, ""));
        return Proportions.Causes(right.reshape(-1)[0].ToDouble() / left.reshape(-1)[0].ToDouble(), original.Now.Backwards, batch);
    }

    private static IReadOnlyList<Mistake> OfGradients(SideView original, SideView port, RecordedTensor a)
    {
        var (seen, here) = (new List<GradientSeen>(), -1);
        foreach (var tensor in original.Now.Tensors)
        {
            if (
                tensor.Place.Quantity != RecordedQuantity.Gradient
                || tensor.IsNone
                || tensor.Place.Call != original.LastPass(tensor.Place.Of)
                || original.State.PortName(tensor.Place) is not { } name
                || port.Find(tensor.Place with { Of = name, Call = port.LastPass(name) }) is not { } other
                || tensor.Numbers() is not { } numbers
            )
                continue;
            var bound = numbers.abs().max() * (RunDiff.Amplification * DTypes.Roundoff(tensor.Dtype));
            var order = original.State.ArrangementOf(tensor.Place.Of);
            var earlier = port.EarlierGradient(name);
            if (tensor == a)
                here = seen.Count;
            seen.Add(
                new GradientSeen(
                    name,
                    other.IsNone ? null : other.Sampled(),
                    new Recomputed(tensor.HasNumbers ? order.Apply(numbers) : numbers, bound),
                    earlier is { IsNone: false } ? earlier.Sampled() : null
                )
            );
        }

        if (here < 0)
            return [];
        return GradientMistakes.Of(seen[here]) is { Count: > 0 } own
            ? own
            : GradientMistakes.Of(seen, [("the number of backward passes", original.Now.Backwards), ("the size of the batch", original.BatchSize)]);
    }

    private static IReadOnlyList<Mistake> OfClipping(SideView original, SideView port)
    {
        var left = ClippingOf(original, _ => true);
        var right = ClippingOf(port, original.State.Parameters.Original.ContainsKey);
        return left is null || right is null ? [] : Clipping.Between(left, right);
    }

    private static Clipping? ClippingOf(SideView side, Func<string, bool> isShared)
    {
        using var scope = NewDisposeScope();
        return Clipping.Of(Clipped(side, isShared));
    }

    private static List<(Tensor, Tensor)> Clipped(SideView side, Func<string, bool> isShared) =>
        [
            .. side
                .Now.Tensors.Where(t => t.Place.Quantity == RecordedQuantity.Gradient && !t.IsNone && t.Place.Call == side.LastPass(t.Place.Of))
                .Where(t => isShared(t.Place.Of))
                .Select(t => (Before: t.Sampled(), After: side.GivenGradient(t.Place.Of) is { IsNone: false } given ? given.Sampled() : null))
                .Where(pair => pair.Before is not null && pair.After is not null)
                .Select(pair => (pair.Before!, pair.After!)),
        ];
}
