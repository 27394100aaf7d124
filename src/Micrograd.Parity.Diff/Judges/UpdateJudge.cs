using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>Judges the optimizer's step: parameters and its state, from the gradient that it was given. Summaries suffice, element by element.</summary>
internal sealed class UpdateJudge : IJudge
{
    /// <summary>Number of elements that are computed anew at once.</summary>
    private const long Piece = 1 << 18;

    /// <inheritdoc/>
    public Judgement Judge(DiffState state, SideView original, SideView port, RecordedTensor a, RecordedTensor b)
    {
        if (a.Place.Quantity is not (Quantity.Parameter or Quantity.State))
            return Judgement.Unknown;
        return Judgement.Both(Of(original, port, state, a), Of(port, original, state, b));
    }

    private static Judgement? Of(SideView side, SideView other, DiffState diff, RecordedTensor recorded)
    {
        using var scope = NewDisposeScope();
        if (Call(side, other, diff, recorded.Place.Of) is not { } call || Sampled(recorded) is not { } numbers)
            return null;
        var likely = diff.Findings.FindLast(finding => finding.Stage == Stage.Update && finding.Step == side.Now.Number)?.Causes;
        // Optimizers work number by number, so that a large tensor can be computed anew in pieces.
        for (long start = 0; start == 0 || start < call.Parameter.numel(); start += Piece)
        {
            var found = OfPiece(side, recorded, call, numbers, start, likely);
            if (found is not { Wrong.Count: 0 })
                return found;
        }

        return Judgement.Right;
    }

    private static Judgement? OfPiece(
        SideView side,
        RecordedTensor recorded,
        OptimizerCall whole,
        Tensor all,
        long start,
        IReadOnlyList<Mistake>? likely
    )
    {
        using var scope = NewDisposeScope();
        var size = whole.Parameter.numel();
        var call = whole with
        {
            Parameter = Cut(whole.Parameter),
            Gradient = Cut(whole.Gradient),
            State = whole.State.ToDictionary(state => state.Key, state => Cut(state.Value)),
        };
        var numbers = Cut(all);
        if (KnownOptimizers.Step(call) is not { } right)
            return null;
        var anew = recorded.Place.Quantity == Quantity.Parameter ? right.Parameter : right.State.GetValueOrDefault(recorded.Place.State);
        if (anew is null)
            return null;
        if (Judgement.Furthest(side.Side, numbers, anew) is not { } wrong)
            return Judgement.Right;
        if (size > Piece && wrong.Index is [var place])
            wrong = wrong with { Index = TensorComparison.Index(start + place, recorded.Shape) };
        var after = side.Find(new TensorPlace(Quantity.Parameter, recorded.Place.Of, 0, 0, "")) is { } parameter ? Sampled(parameter) : null;
        var states = side
            .Now.Tensors.Where(t => t.Place.Quantity == Quantity.State && t.Place.Of == recorded.Place.Of && !t.IsNone)
            .Select(t => (t.Place.State, Numbers: Sampled(t)))
            .Where(t => t.Numbers is not null)
            .ToDictionary(t => t.State, t => Cut(t.Numbers!));
        var causes = OptimizerMistakes.Of(call, after is null ? null : Cut(after), states, likely);
        if (causes.Count == 0 && recorded.Place.Quantity == Quantity.Parameter)
            causes = OfFactor(call.Parameter, anew, numbers);
        return causes.Count == 0 && !IsOwnKind(side) && Judgement.Furthest(side.Side, numbers, Judgement.Loosened(anew, recorded.Dtype)) is null
            ? Judgement.Right
            : new Judgement(true, [wrong], causes);

        Tensor Cut(Tensor tensor) =>
            size > Piece && tensor.numel() == size ? tensor.reshape(-1).narrow(0, start, Math.Min(Piece, size - start)) : tensor;
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

    private static bool IsOwnKind(SideView side) => side.Run.Optimizer is { } optimizer && KnownOptimizers.Kinds.Contains(optimizer.Type);

    /// <summary>A parameter's update as it was recorded; null if the optimizer is not known, or something that it needs is not recorded.</summary>
    /// <remarks>Where a side's optimizer is a class of the user, it should do what the other's does.</remarks>
    private static OptimizerCall? Call(SideView side, SideView other, DiffState diff, string parameter)
    {
        var isOwn = IsOwnKind(side);
        var name =
            isOwn ? parameter
            : side.Side == Side.Port ? diff.Parameters.Original.GetValueOrDefault(parameter)
            : diff.Parameters.Port.GetValueOrDefault(parameter);
        if ((isOwn ? side : other).Run.Optimizer is not { } optimizer || !KnownOptimizers.Kinds.Contains(optimizer.Type) || name is null)
            return null;
        var group = optimizer.Groups.Index().FirstOrDefault(g => g.Item.Parameters.Contains(name));
        if (
            group.Item is null
            || side.Earlier(new TensorPlace(Quantity.Parameter, parameter, 0, 0, "")) is not { } before
            || side.GivenGradient(parameter) is not { IsNone: false } given
            || Sampled(before) is not { } numbers
            || Sampled(given) is not { } gradient
        )
        {
            return null;
        }

        var state = new Dictionary<string, Tensor>();
        foreach (var earlier in side.EarlierStates(parameter))
        {
            if (Sampled(earlier) is not { } old)
                return null;
            state[earlier.Place.State] = old;
        }

        var options = ModuleOptions.Of(group.Item.Options);
        var rates = (isOwn ? side : other).Now.Rates;
        if (group.Index < rates.Count)
            options = options.With("lr", rates[group.Index]);
        return new OptimizerCall(optimizer.Type, options, side.Now.Number, numbers, gradient, state);
    }

    /// <summary>A tensor's numbers in its dtype: all, or those of its sample; null if only a hash is recorded.</summary>
    internal static Tensor? Sampled(RecordedTensor recorded) =>
        recorded.HasNumbers ? recorded.Load()
        : recorded.Statistics is { } statistics ? tensor(statistics.Sample.ToArray(), ScalarType.Float64).to_type(recorded.Dtype)
        : null;
}
