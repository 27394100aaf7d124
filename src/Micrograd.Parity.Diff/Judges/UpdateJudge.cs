using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>Judges the optimizer's step: parameters and its state, from the gradient that it was given. Summaries suffice, element by element.</summary>
internal sealed class UpdateJudge : IJudge
{
    private readonly Dictionary<(Side Side, string Parameter), HashSet<TensorPlace>> _right = [];

    /// <inheritdoc/>
    public Judgement Judge(SideView original, SideView port, RecordedTensor a, RecordedTensor b)
    {
        if (a.Place.Quantity is not (RecordedQuantity.Parameter or RecordedQuantity.State))
            return Judgement.Unknown;
        return Judgement.Both(Of(original, a), Of(port, b));
    }

    private Judgement? Of(SideView side, RecordedTensor recorded)
    {
        using var scope = NewDisposeScope();
        var parameter = recorded.Place.Of;
        if (RecordedUpdate.Of(side, parameter) is not { } update || !update.CanRead(recorded))
            return null;
        if (!_right.TryGetValue((side.Side, parameter), out var right))
            _right[(side.Side, parameter)] = right = Right(side, update);
        if (right.Contains(recorded.Place))
            return Judgement.Right;
        var likely = side.State.Findings.FindLast(finding => finding.Stage == Stage.Update && finding.Step == side.Now.Number)?.Causes;
        // Optimizers work number by number, so that a large tensor can be computed anew in pieces.
        foreach (var piece in update.Pieces)
        {
            var found = OfPiece(side, recorded, update, piece, likely);
            if (found is not { Wrong.Count: 0 })
                return found;
        }

        return Judgement.Right;
    }

    /// <summary>Places of a parameter's update that are right: the parameter itself, and its state.</summary>
    private static HashSet<TensorPlace> Right(SideView side, RecordedUpdate update)
    {
        var after = side
            .Now.Tensors.Where(t =>
                t.Place.Quantity is RecordedQuantity.Parameter or RecordedQuantity.State && t.Place.Of == update.Name && !t.IsNone
            )
            .Where(update.CanRead)
            .ToDictionary(t => t.Place);
        var right = after.Keys.ToHashSet();
        foreach (var piece in update.Pieces)
        {
            using var scope = NewDisposeScope();
            var anew = KnownOptimizers.Step(update.Call(piece));
            right.RemoveWhere(place =>
                Anew(anew, place) is not { } numbers || Judgement.Furthest(side.Side, update.Read(after[place], piece), numbers) is not null
            );
            if (right.Count == 0)
                break;
        }

        return right;
    }

    private static Recomputed? Anew(OptimizerStep? step, TensorPlace place) =>
        place.Quantity == RecordedQuantity.Parameter ? step?.Parameter : step?.State.GetValueOrDefault(place.State);

    private static Judgement? OfPiece(
        SideView side,
        RecordedTensor recorded,
        RecordedUpdate update,
        (long Start, long Count) piece,
        IReadOnlyList<Mistake>? likely
    )
    {
        using var scope = NewDisposeScope();
        var (call, numbers) = (update.Call(piece), update.Read(recorded, piece));
        if (KnownOptimizers.Step(call) is not { } right || Anew(right, recorded.Place) is not { } anew)
            return null;
        if (Judgement.Furthest(side.Side, numbers, anew) is not { } wrong)
            return Judgement.Right;
        if (update.IsCut && wrong.Index is [var place])
            wrong = wrong with { Index = TensorComparison.Index(piece.Start + place, recorded.Shape) };
        var after = side.Find(new TensorPlace(RecordedQuantity.Parameter, recorded.Place.Of, 0, 0, ""));
        var states = side
            .Now.Tensors.Where(t => t.Place.Quantity == RecordedQuantity.State && t.Place.Of == recorded.Place.Of && !t.IsNone && update.CanRead(t))
            .DistinctBy(t => t.Place.State)
            .ToDictionary(t => t.Place.State, t => update.Read(t, piece));
        var causes = OptimizerMistakes.Of(call, after is not null && update.CanRead(after) ? update.Read(after, piece) : null, states, likely);
        if (causes.Count == 0 && recorded.Place.Quantity == RecordedQuantity.Parameter)
            causes = OfFactor(call.Parameter, anew, numbers);
        return causes.Count == 0 && !update.IsOwnKind && Judgement.Furthest(side.Side, numbers, Judgement.Loosened(anew, recorded.Dtype)) is null
            ? Judgement.Right
            : new Judgement(true, [wrong], causes);
    }

    /// <summary>An update that is a multiple of the right one.</summary>
    private static IReadOnlyList<Mistake> OfFactor(Tensor before, Recomputed right, Tensor after)
    {
        var start = before.to_type(ScalarType.Float64);
        var factor = Fit.Factor(after.to_type(ScalarType.Float64) - start, new Recomputed(right.Exact - start, right.Bound));
        return factor switch
        {
            null => [],
            < 0 =>
            [
                new("update-sign", $"The parameter is moved by {Fit.Shown(factor.Value)} times what it should be: uphill.", "Subtract the update."),
            ],
            _ =>
            [
                new(
                    "update-scaled",
                    $"The parameter is moved by {Fit.Shown(factor.Value)} times what it should be.",
                    "Compare the learning rate and what it is multiplied with."
                ),
            ],
        };
    }
}
