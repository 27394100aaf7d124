using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Causes;

/// <summary>Clipping of gradients, as their numbers show it.</summary>
/// <param name="Kind">By what.</param>
/// <param name="Limit">The largest norm or magnitude, where it shows.</param>
internal sealed record Clipping(ClippingKind Kind, double Limit)
{
    private const double Epsilon = 1e-6;

    /// <summary>Finds how gradients were clipped, from those before and after; null if it is none of the known ways.</summary>
    internal static Clipping? Of(IReadOnlyList<(Tensor Before, Tensor After)> gradients)
    {
        using var work = TorchWork.Begin();
        using var _ = no_grad();
        if (gradients.All(g => Alone(() => Fit.Same(g.Before, g.After))))
            return new(ClippingKind.None, double.PositiveInfinity);
        var limit = gradients.Max(g => Alone(() => g.After.abs().max().ToDouble()));
        if (gradients.All(g => Alone(() => Fit.Same(g.Before.clamp(-limit, limit), g.After))))
            return new(ClippingKind.Value, Fit.Shortest(limit, limit * Unit(gradients[0].After)));
        var norm = Norm(gradients.Select(g => g.Before));
        if (Clipped(gradients, norm) is { } all)
            return new(ClippingKind.Norm, all);
        double? each = null;
        foreach (var gradient in gradients.Where(g => !Alone(() => Fit.Same(g.Before, g.After))))
        {
            if (Clipped([gradient], Norm([gradient.Before])) is not { } own || (each is { } known && Math.Abs(known / own - 1) > 1e-3))
                return null;
            each = own;
        }

        return new(ClippingKind.NormOfEach, each!.Value);
    }

    /// <summary>Mistakes in clipping: what a side does that the other does not.</summary>
    internal static IReadOnlyList<Mistake> Between(Clipping original, Clipping port)
    {
        var close = original.Kind == port.Kind && (original.Limit == port.Limit || Math.Abs(original.Limit / port.Limit - 1) < 1e-4);
        return (original.Kind, port.Kind) switch
        {
            _ when close => [],
            (_, ClippingKind.None) =>
            [
                new("not-clipped", "The gradients are not clipped.", $"Clip them {original.Words} between backward() and step()."),
            ],
            (ClippingKind.None, _) => [new("clipped", $"The gradients are clipped {port.Words}.", "The original does not clip them: leave it out.")],
            _ when original.Kind == port.Kind =>
            [
                new("clipping-limit", $"The gradients are clipped {port.Words}.", $"The original clips {original.Words}."),
            ],
            (_, ClippingKind.NormOfEach) =>
            [
                new("clipped-each-alone", $"Each gradient is clipped alone, {port.Words}.", $"Clip all together, {original.Words}."),
            ],
            _ => [new("clipped-otherwise", $"The gradients are clipped {port.Words}.", $"The original clips {original.Words}.")],
        };
    }

    private string Words =>
        Kind switch
        {
            ClippingKind.Value => $"by value to ±{Fit.Shown(Limit)}",
            ClippingKind.Norm => $"by their common norm to {Fit.Shown(Limit)}",
            ClippingKind.NormOfEach => $"by the norm of each parameter's to {Fit.Shown(Limit)}",
            _ => "not at all",
        };

    private static double? Clipped(IReadOnlyList<(Tensor Before, Tensor After)> gradients, double norm)
    {
        var after = Norm(gradients.Select(g => g.After));
        var factor = after / norm;
        var unit = Unit(gradients[0].After);
        // The norm is a sum of squares in the gradients' dtype, the factor and the product are rounded.
        var count = gradients.Sum(g => g.Before.numel());
        var relative = Rounding.Gamma(count + 8, Math.Min(unit, Rounding.Of(ScalarType.Float32).Stored)) + 4 * unit;
        return
            factor < 1
            && gradients.All(g =>
                Alone(() =>
                {
                    var before = g.Before.to(ScalarType.Float64);
                    var bound = before.abs() * (factor * relative) + Rounding.Of(g.After.dtype).Tiny;
                    return ((g.After.to(ScalarType.Float64) - before * factor).abs() <= bound).all().ToBoolean();
                })
            )
            ? Fit.Shortest(factor * (norm + Epsilon), factor * norm * relative)
            : null;
    }

    private static double Norm(IEnumerable<Tensor> gradients) =>
        Math.Sqrt(gradients.Sum(g => Alone(() => g.to(ScalarType.Float64).square().sum().ToDouble())));

    /// <summary>Looks at one gradient, and frees what that took before the next.</summary>
    private static T Alone<T>(Func<T> look)
    {
        using var scope = NewDisposeScope();
        return look();
    }

    private static double Unit(Tensor recorded) => Rounding.Of(recorded.dtype).Stored;
}

/// <summary>Measure that gradients are clipped by.</summary>
internal enum ClippingKind
{
    /// <summary>Not clipped.</summary>
    None,

    /// <summary>Each number.</summary>
    Value,

    /// <summary>The norm of all.</summary>
    Norm,

    /// <summary>The norm of each parameter's.</summary>
    NormOfEach,
}
