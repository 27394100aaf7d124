using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Causes;

/// <summary>A parameter's gradient.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Recorded">The gradient; null if there is none.</param>
/// <param name="Expected">What it should be, computed anew from the same side, or the other side's with what rounding may part them.</param>
/// <param name="Earlier">The gradient that was there before the step's first backward pass, if it was recorded.</param>
/// <param name="Passes">What each backward pass of the step contributes, if there are several.</param>
internal sealed record GradientSeen(
    string Name,
    Tensor? Recorded,
    Recomputed Expected,
    Tensor? Earlier = null,
    IReadOnlyList<Recomputed>? Passes = null
);

/// <summary>Mistakes that show in gradients of parameters.</summary>
internal static class GradientMistakes
{
    private static readonly Mistake s_none = new(
        "no-gradient",
        "The parameter has no gradient.",
        "See that it asks for gradients (requires_grad), that the module is registered, and that nothing detaches its output."
    );
    private static readonly Mistake s_zero = new(
        "zero-gradient",
        "The gradient is 0.",
        "See that nothing detaches the module's output, and that gradients are not cleared between backward() and step()."
    );
    private static readonly Mistake s_notCleared = new(
        "gradients-not-cleared",
        "The gradient is the sum with that of the step before.",
        "Call optimizer.zero_grad() before backward()."
    );
    private static readonly Mistake s_stale = new(
        "gradient-of-the-step-before",
        "The gradient is that of the step before.",
        "Call backward() on this step's loss, before step()."
    );
    private static readonly Mistake s_sign = new("gradient-sign", "The gradient has the other sign.", "See whether the loss is negated.");
    private static readonly Mistake s_twice = new(
        "backward-twice",
        "The gradient is twice what it should be.",
        "Call backward() once for each loss."
    );
    private static readonly Mistake s_lastPass = new(
        "last-micro-batch-only",
        "The gradient is that of the step's last backward pass.",
        "Clear gradients before the first micro-batch, not before each."
    );
    private static readonly Mistake s_scaled = new(
        "gradient-scaled",
        "All gradients are multiplied by {0}.",
        "See how the loss is reduced, and whether it is divided by the number of micro-batches or unscaled."
    );

    /// <summary>Mistakes that give the gradient of one parameter.</summary>
    internal static IReadOnlyList<Mistake> Of(GradientSeen seen)
    {
        using var work = TorchWork.Begin();
        using var _ = no_grad();
        var (expected, recorded) = (seen.Expected, seen.Recorded);
        if (recorded is null)
            return expected.Admits(zeros_like(expected.Exact)) ? [] : [s_none];
        if (expected.Admits(recorded))
            return [];
        var found = new List<Mistake>();
        if (recorded.count_nonzero().ToInt64() == 0)
            return [s_zero];
        if (seen.Earlier is { } earlier && earlier.shape.SequenceEqual(expected.Exact.shape))
        {
            var before = earlier.to(ScalarType.Float64);
            var sum = expected.Exact + before;
            if (Gives(sum, expected.Bound + (sum.abs() + expected.Bound) * Unit(recorded)))
                found.Add(s_notCleared);
            if (Fit.Same(recorded, earlier))
                found.Add(s_stale);
        }

        if (seen.Passes is { Count: > 1 } passes && passes[^1].Admits(recorded))
            found.Add(s_lastPass);
        if (Gives(-expected.Exact, expected.Bound))
            found.Add(s_sign);
        if (Gives(expected.Exact * 2, expected.Bound * 2))
            found.Add(s_twice);
        return found;

        bool Gives(Tensor exact, Tensor bound) => new Recomputed(exact, bound).Admits(recorded);
    }

    /// <summary>Mistakes that give the gradients of all parameters.</summary>
    /// <param name="all">The gradients of all parameters, those that are right among them.</param>
    /// <param name="counts">Numbers that a gradient may be multiplied with or divided by, with their names: the batch's size, tokens, micro-batches.</param>
    internal static IReadOnlyList<Mistake> Of(IReadOnlyList<GradientSeen> all, IReadOnlyList<(string Name, double Count)> counts)
    {
        using var work = TorchWork.Begin();
        using var _ = no_grad();
        var telling = all.Where(g => g.Recorded is not { } r ? Of(g).Count > 0 : !g.Expected.Admits(r)).ToList();
        if (telling.Count == 0)
            return [];
        if (telling.Count < all.Count && telling.TrueForAll(g => g.Recorded is null || g.Recorded.count_nonzero().ToInt64() == 0))
            return [Frozen(telling)];
        var found = telling.Select(Of).Aggregate((a, b) => [.. a.Intersect(b)]).ToList();
        if (found.Count == 0 && CommonFactor(telling) is { } factor)
            found.Add(s_scaled.Of($"{Fit.Shown(factor)}{Named(factor, counts)}"));
        return found;
    }

    private static Mistake Frozen(List<GradientSeen> telling) =>
        new(
            "frozen",
            $"{(telling.Count == 1 ? "One parameter has" : $"{telling.Count} parameters have")} no gradient, others have: {string.Join(", ", telling.Take(4).Select(t => t.Name))}{(telling.Count > 4 ? ", …" : "")}.",
            "See that they ask for gradients (requires_grad), and that nothing detaches what they give."
        );

    private static double? CommonFactor(List<GradientSeen> telling)
    {
        var factor = 0.0;
        foreach (var gradient in telling.Where(g => g.Recorded is not null).OrderByDescending(g => g.Expected.Exact.abs().max().ToDouble()))
        {
            if (factor == 0)
            {
                if (Fit.Factor(gradient.Recorded!, gradient.Expected) is not { } first)
                    return null;
                factor = first;
            }

            var exact = gradient.Expected.Exact * factor;
            // The factor is as uncertain as the gradient is from which it was taken.
            var bound =
                gradient.Expected.Bound * Math.Abs(factor)
                + exact.abs() * (8 * Unit(gradient.Recorded!))
                + gradient.Expected.Bound * Math.Abs(factor);
            if (!new Recomputed(exact, bound).Admits(gradient.Recorded!))
                return null;
        }

        return factor == 0 ? null : factor;
    }

    private static string Named(double factor, IReadOnlyList<(string Name, double Count)> counts)
    {
        foreach (var (name, count) in counts.Where(c => c.Count > 1))
        {
            if (Math.Abs(factor / count - 1) < 1e-4)
                return $", {name}";
            if (Math.Abs(factor * count - 1) < 1e-4)
                return $", 1 / {name}";
        }

        return "";
    }

    private static double Unit(Tensor recorded) => Rounding.Of(recorded.dtype).Stored;
}
