using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>
/// Judges losses: by the criterion that is recorded, or, where none is, by finding out which loss of the model's output and the targets a side
/// computes.
/// </summary>
internal sealed class LossJudge : IJudge
{
    /// <inheritdoc/>
    public Judgement Judge(SideView original, SideView port, RecordedTensor a, RecordedTensor b)
    {
        if (a.Place.Quantity != RecordedQuantity.Loss || !a.HasNumbers || !b.HasNumbers)
            return Judgement.Unknown;
        using var scope = NewDisposeScope();
        var (left, right) = (ByCriterion(original, a, b), ByCriterion(port, b, a));
        if (left is { Wrong.Count: > 0 } || right is { Wrong.Count: > 0 })
            return Judgement.Both(left ?? Judgement.Right, right ?? Judgement.Right);
        if (left is not null && right is not null)
            return Judgement.Right;
        var (mine, theirs) = (Of(original, a).ToList(), Of(port, b).ToList());
        if (mine.Exists(loss => theirs.Exists(other => other.Name == loss.Name)))
            return Judgement.Right;
        return (mine, theirs) switch
        {
            ([var loss, ..], []) => ByLoss(loss, port, b),
            // What a function of the original computes is right; that the port computes something else is all that is known.
            ([], [var loss, ..]) when ByLoss(loss, original, a).Wrong.Count > 0 => Judgement.Unknown with
            {
                Causes = CauseSearch.Across(original, port, a, b) is { Count: > 0 } causes
                    ? causes
                    : [new("another-loss", $"The loss is {loss.Name}, and the original's is not.", "Use the original's loss.")],
            },
            _ => Judgement.Unknown,
        };
    }

    /// <summary>Judges a side's loss by that which the other side computes; a function that computes the same may round otherwise.</summary>
    private static Judgement ByLoss(KnownLoss known, SideView side, RecordedTensor recorded)
    {
        if (Like(known, side, recorded.Place.Call) is not { } same)
            return Judgement.Unknown;
        var right = Judgement.Loosened(same.Loss, recorded.Dtype);
        return Judgement.Furthest(side.Side, recorded.Load().reshape(right.Exact.shape), right) is { } wrong
            ? new(true, [wrong], [])
            : Judgement.Right;
    }

    /// <summary>A loss that another side computes, of this side's output and targets; null if they are not recorded in full.</summary>
    internal static KnownLoss? Like(KnownLoss known, SideView side, int pass) =>
        Given(side, pass) is var (output, targets) ? KnownLosses.Candidates(output, targets).FirstOrDefault(loss => loss.Name == known.Name) : null;

    /// <summary>The losses of the model's output and the targets that give the recorded number; none if what they need is not recorded.</summary>
    internal static IEnumerable<KnownLoss> Of(SideView side, RecordedTensor recorded) =>
        Given(side, recorded.Place.Call) is var (output, targets) ? KnownLosses.Which(output, targets, recorded.Load()) : [];

    /// <summary>The model's output and the targets of a pass; null if they are not recorded in full.</summary>
    internal static (Tensor Output, Tensor Targets)? Given(SideView side, int pass)
    {
        var output = side.Outputs("").FirstOrDefault(tensor => tensor.Place.Call == pass && tensor.Place.Part == 0);
        var targets = side.Find(new TensorPlace(RecordedQuantity.Batch, "targets", pass, 0, ""));
        return output is { HasNumbers: true } && targets is { HasNumbers: true } ? (output.Load(), targets.Load()) : null;
    }

    /// <summary>
    /// Judges a side's loss by its criterion, or that of the other side where it tells none. Null where the number that the backward pass starts
    /// from is not known to be the criterion's, or the criterion cannot be computed anew.
    /// </summary>
    private static Judgement? ByCriterion(SideView side, RecordedTensor recorded, RecordedTensor others)
    {
        var isOwn = side.Run.Criterion is not null;
        if (
            (side.Run.Criterion ?? side.Other.Run.Criterion) is not { } criterion
            || (isOwn ? recorded : others).Inputs is null
            || !KnownModules.Kinds.Contains(criterion.Type)
            || (Inputs(recorded) ?? Given(side, recorded.Place.Call)) is not var (outputs, targets)
        )
            return null;
        var numbers = recorded.Load();
        var losses = KnownLosses
            .Calls(criterion.Type, RecordedOptions.Of(criterion.Options), outputs, targets)
            .Select(call => (Call: call, Loss: KnownModules.Forward(call)?[0]))
            .Where(known => known.Loss is { } loss && loss.Exact.numel() == numbers.numel() && loss.Exact.isfinite().all().ToBoolean())
            .Select(known => (known.Call, Loss: known.Loss!, Number: numbers.reshape(known.Loss!.Exact.shape)))
            .ToList();
        if (losses.Count == 0)
            return null;
        // A function that computes the same may round otherwise.
        if (losses.Exists(known => (isOwn ? known.Loss : Judgement.Loosened(known.Loss, recorded.Dtype)).Admits(known.Number)))
            return Judgement.Right;
        // What a function of the original computes is right, whatever the port takes for it.
        if (!isOwn && side.Side == Side.Original)
            return null;
        var (first, right, number) = losses[0];
        return new Judgement(true, [Judgement.Furthest(side.Side, number, right)!], LossMistakes.Of(first, numbers));
    }

    private static (Tensor Output, Tensor Targets)? Inputs(RecordedTensor loss) =>
        loss.Inputs is [{ HasNumbers: true } output, { HasNumbers: true } targets] ? (output.Load(), targets.Load()) : null;
}
