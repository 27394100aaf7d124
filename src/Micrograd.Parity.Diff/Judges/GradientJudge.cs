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
    public Judgement Judge(SideView original, SideView port, RecordedTensor a, RecordedTensor b)
    {
        if (a.Place.Quantity != RecordedQuantity.Gradient || !a.HasNumbers || !b.HasNumbers)
            return Judgement.Unknown;
        return Judgement.Both(Of(original, a), Of(port, b));
    }

    /// <summary>The right gradient of a parameter; null where a module that has the parameter cannot be computed anew.</summary>
    internal static Recomputed? Expected(SideView side, string parameter)
    {
        if (Calls(side, parameter) is not { } calls)
            return null;
        var contributions = new List<Recomputed>();
        foreach (var (call, local, gradients) in calls)
        {
            if (KnownModules.Backward(call, gradients, local) is not { } passed)
                return null;
            if (passed.Parameters.TryGetValue(local, out var contribution))
                contributions.Add(contribution);
        }

        if (contributions.Count == 0)
            return null;
        var (sum, order) = (Recomputed.Sum(contributions, TypeOf(side, parameter)), side.ArrangementOf(parameter));
        return order.IsSame ? sum : new Recomputed(order.Apply(sum.Exact), order.Apply(sum.Bound.expand_as(sum.Exact)));
    }

    /// <summary>The calls of the modules that have a parameter, and the gradients passed back to them; null if something is not recorded or not known.</summary>
    private static List<(ModuleCall Call, string Local, IReadOnlyList<Tensor?> Gradients)>? Calls(SideView side, string parameter)
    {
        var calls = new List<(ModuleCall, string, IReadOnlyList<Tensor?>)>();
        foreach (var (module, local) in side.Owners(parameter))
        {
            foreach (var group in side.Outputs(module).GroupBy(tensor => tensor.Place.Call))
            {
                var gradients = group
                    .OrderBy(tensor => tensor.Place.Part)
                    .Select(tensor => side.Find(tensor.Place with { Quantity = RecordedQuantity.OutputGradient }))
                    .ToList();
                if (gradients.TrueForAll(gradient => gradient is null or { IsNone: true }))
                    continue;
                if (gradients.Exists(gradient => gradient is { HasNumbers: false, IsNone: false }))
                    return null;
                if (side.Call(module, group.Key) is not { } call)
                    return null;
                calls.Add((call, local, [.. gradients.Select(gradient => gradient is { IsNone: false } ? gradient.Load() : null)]));
            }
        }

        return calls;
    }

    private static ScalarType TypeOf(SideView side, string parameter) => side.Run.Parameters.First(p => p.Name == parameter).Dtype;

    private static Judgement? Of(SideView side, RecordedTensor recorded)
    {
        using var scope = NewDisposeScope();
        if (recorded.Place.Call != side.LastPass(recorded.Place.Of) || side.Owners(recorded.Place.Of).Any(owner => side.IsUncomputed(owner.Module)))
            return null;
        if (IsRightInParts(side, recorded))
            return Judgement.Right;
        if (Expected(side, recorded.Place.Of) is not { } expected)
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

    /// <summary>True if a gradient is right whose parts can be computed anew one after the other, and that is large enough to do so.</summary>
    private static bool IsRightInParts(SideView side, RecordedTensor recorded)
    {
        using var scope = NewDisposeScope();
        var name = recorded.Place.Of;
        if (!side.ArrangementOf(name).IsSame || Calls(side, name) is not { Count: > 0 } calls)
            return false;
        if (!calls.Exists(call => call.Gradients is [{ } gradient] && Cuts.IsLarge(call.Call, gradient)))
            return false;
        var dim = calls.Exists(call => call.Call.Type == "Embedding") ? 1 : 0;
        var numbers = recorded.Load();
        return Cuts.PartsOf(recorded.Shape, dim)
            .All(part =>
            {
                using var inner = NewDisposeScope();
                var contributions = calls
                    .Select(call => Contribution(call.Call, call.Local, call.Gradients, dim, part))
                    .OfType<Recomputed>()
                    .ToList();
                return contributions.Count == calls.Count
                    && Recomputed.Sum(contributions, TypeOf(side, name)) is var sum
                    && Judgement.Furthest(side.Side, numbers.narrow(dim, part.Start, part.Count), sum) is null;
            });
    }

    private static Recomputed? Contribution(ModuleCall call, string local, IReadOnlyList<Tensor?> gradients, int dim, (long Start, long Count) part)
    {
        if (gradients is not [{ } gradient])
            return null;
        Recomputed? sum = null;
        foreach (var (cut, passed) in Cuts.OfParameter(call, gradient, local, dim, part))
        {
            if (KnownModules.Backward(cut, [passed], local)?.Parameters.GetValueOrDefault(local) is not { } found)
                return null;
            sum = sum is null ? found : new Recomputed(sum.Exact + found.Exact, sum.Bound + found.Bound);
        }

        return sum;
    }
}
