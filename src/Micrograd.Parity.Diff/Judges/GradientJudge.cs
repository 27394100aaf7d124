using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>Judges gradients of parameters of modules whose kind is known, from what their calls were given and what was passed back to them.</summary>
internal sealed class GradientJudge : IJudge
{
    /// <inheritdoc/>
    public Judgement Judge(DiffState state, SideView original, SideView port, RecordedTensor a, RecordedTensor b)
    {
        if (a.Place.Quantity != Quantity.Gradient || !a.HasNumbers || !b.HasNumbers)
            return Judgement.Unknown;
        return Judgement.Both(Of(original, port, state, a), Of(port, original, state, b));
    }

    /// <summary>The right gradient of a parameter; null where a module that has the parameter cannot be computed anew.</summary>
    internal static Recomputed? Expected(SideView side, SideView other, DiffState state, string parameter)
    {
        var contributions = new List<Recomputed>();
        foreach (var (module, local) in side.Owners(parameter))
        {
            foreach (var group in side.Outputs(module).GroupBy(tensor => tensor.Place.Call))
            {
                var gradients = group
                    .OrderBy(tensor => tensor.Place.Part)
                    .Select(tensor => side.Find(tensor.Place with { Quantity = Quantity.OutputGradient }))
                    .ToList();
                if (gradients.TrueForAll(gradient => gradient is null or { IsNone: true }))
                    continue;
                if (gradients.Exists(gradient => gradient is { HasNumbers: false, IsNone: false }))
                    return null;
                if (side.Call(module, group.Key, other.Counterpart(state, module), name => state.ArrangementOf(side.Side, name)) is not { } call)
                    return null;
                if (
                    KnownModules.Backward(call, [.. gradients.Select(gradient => gradient is { IsNone: false } ? gradient.Load() : null)])
                    is not { } passed
                )
                    return null;
                if (passed.Parameters.TryGetValue(local, out var contribution))
                    contributions.Add(contribution);
            }
        }

        var type = side.Run.Parameters.First(p => p.Name == parameter).Dtype;
        if (contributions.Count == 0)
            return null;
        var (sum, order) = (Recomputed.Sum(contributions, type), state.ArrangementOf(side.Side, parameter));
        return order.IsSame ? sum : new Recomputed(order.Apply(sum.Exact), order.Apply(sum.Bound.expand_as(sum.Exact)));
    }

    private static Judgement? Of(SideView side, SideView other, DiffState state, RecordedTensor recorded)
    {
        using var scope = NewDisposeScope();
        if (side.Owners(recorded.Place.Of).Any(owner => state.IsUncomputed(side.Side, owner.Module)))
            return null;
        if (recorded.Place.Call != side.LastPass(recorded.Place.Of) || Expected(side, other, state, recorded.Place.Of) is not { } expected)
            return null;
        var numbers = recorded.Load();
        if (Judgement.Furthest(side.Side, numbers, expected) is not { } wrong)
            return Judgement.Right;
        if (
            !side.Owners(recorded.Place.Of).All(owner => side.IsOwnKind(owner.Module))
            && Judgement.Furthest(side.Side, numbers, Judgement.Loosened(expected, recorded.Dtype)) is null
        )
            return Judgement.Right;
        var earlier = side.EarlierGradient(recorded.Place.Of);
        // What the last of several backward passes added.
        var first = side.Find(recorded.Place with { Call = recorded.Place.Call - 1 });
        IReadOnlyList<Recomputed> passes =
            first is { HasNumbers: true, IsNone: false } && first.Load().to_type(ScalarType.Float64) is var before
                ? [new(before, zeros_like(before)), new(expected.Exact - before, expected.Bound + before.abs() * Rounding.Of(recorded.Dtype).Stored)]
                : [];
        return new Judgement(
            true,
            [wrong],
            GradientMistakes.Of(
                new GradientSeen(recorded.Place.Of, numbers, expected, earlier is { HasNumbers: true, IsNone: false } ? earlier.Load() : null, passes)
            )
        );
    }
}
