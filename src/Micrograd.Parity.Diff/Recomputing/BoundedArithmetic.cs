using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <content>Sums, products, quotients and choices, number by number.</content>
internal sealed partial class Bounded
{
    /// <summary>a + b.</summary>
    public static Bounded operator +(Bounded a, Bounded b)
    {
        var value = a.Value + b.Value;
        return a.Node(value, a.Rounded(value, Either(a.Error, b.Error)), [a, b], g => [g.SumTo(a.Value.shape), g.SumTo(b.Value.shape, b.Shares)]);
    }

    /// <summary>a − b.</summary>
    public static Bounded operator -(Bounded a, Bounded b)
    {
        var value = a.Value - b.Value;
        return a.Node(value, a.Rounded(value, Either(a.Error, b.Error)), [a, b], g => [g.SumTo(a.Value.shape), (-g).SumTo(b.Value.shape)]);
    }

    /// <summary>−a.</summary>
    public static Bounded operator -(Bounded a) => a.Node(-a.Value, a.Error, [a], g => [-g]);

    /// <summary>a · b.</summary>
    public static Bounded operator *(Bounded a, Bounded b)
    {
        var value = a.Value * b.Value;
        var propagated = Either(a.Error is null ? null : a.Error * b.Magnitude, b.Error is null ? null : b.Error * a.Value.abs());
        var (x, y) = (a.Detached, b.Detached);
        return a.Node(value, a.Rounded(value, propagated), [a, b], g =>
            [a.HasGradient ? (g * y).SumTo(x.Value.shape) : null, b.HasGradient ? (g * x).SumTo(y.Value.shape, b.Shares) : null]
        );
    }

    /// <summary>a / b.</summary>
    public static Bounded operator /(Bounded a, Bounded b)
    {
        var value = a.Value / b.Value;
        var propagated = Either(a.Error, b.Error is null ? null : b.Error * value.abs());
        if (propagated is not null)
        {
            // Where the divisor may be 0, nothing is known.
            var least = b.Error is null ? b.Value.abs() : b.Value.abs() - b.Error;
            propagated = where(least > 0, propagated / least, full_like(least, double.PositiveInfinity));
        }

        var (y, quotient) = (b.Detached, new Bounded(value, a.Rounded(value, propagated), a.Rounding, false));
        return a.Node(value, quotient.Error, [a, b], g =>
            [a.HasGradient ? (g / y).SumTo(a.Value.shape) : null, b.HasGradient ? (-(g * quotient / y)).SumTo(b.Value.shape) : null]
        );
    }

    /// <summary>a + b.</summary>
    public static Bounded operator +(Bounded a, double b) => a + Of(b, a.Rounding);

    /// <summary>a − b.</summary>
    public static Bounded operator -(Bounded a, double b) => a - Of(b, a.Rounding);

    /// <summary>a − b.</summary>
    public static Bounded operator -(double a, Bounded b) => Of(a, b.Rounding) - b;

    /// <summary>a · b.</summary>
    public static Bounded operator *(Bounded a, double b) => a * Of(b, a.Rounding);

    /// <summary>a / b: the quotient, or the product with the reciprocal.</summary>
    public static Bounded operator /(Bounded a, double b) => (a / Of(b, a.Rounding)).MaybeRounded(1);

    /// <summary>The numbers of one where a condition holds, and of the other elsewhere.</summary>
    internal static Bounded Where(Tensor condition, Bounded yes, Bounded no)
    {
        var value = where(condition, yes.Value, no.Value);
        var error =
            yes.Error is null && no.Error is null
                ? null
                : where(condition, yes.Error ?? zeros_like(yes.Value), no.Error ?? zeros_like(no.Value)).expand(value.shape);
        return yes.Node(value, error, [yes, no], g =>
            [g.Masked(condition).SumTo(yes.Value.shape), g.Masked(condition.logical_not()).SumTo(no.Value.shape)]
        );
    }

    /// <summary>The larger of two numbers each.</summary>
    internal static Bounded Larger(Bounded a, Bounded b)
    {
        var larger = Where(a.Value >= b.Value, a, b);
        return Either(a.Error, b.Error) is { } error ? larger.With(error) : larger;
    }

    /// <summary>The numbers where a condition holds; 0 elsewhere.</summary>
    internal Bounded Masked(Tensor condition) =>
        Node(Value.where(condition, zeros_like(Value)), Error is null ? null : where(condition, Error, zeros_like(Error)), [this], g =>
            [g.Masked(condition)]
        );

    /// <summary>The same numbers; gradients pass where a condition holds.</summary>
    internal Bounded PassingGradient(Tensor condition) => Node(Value, Error, [this], g => [g.Masked(condition)]);

    /// <summary>|a|.</summary>
    internal Bounded Abs() => Bent(Value.abs(), Value.sign(), Value.abs(), 2);

    /// <summary>Numbers below or above bounds become these.</summary>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound.</param>
    /// <param name="inclusive">True if the gradient passes at the bounds themselves.</param>
    internal Bounded Clamp(double low, double high, bool inclusive = false)
    {
        var inside = inclusive ? (Value >= low).logical_and(Value <= high) : (Value > low).logical_and(Value < high);
        var distance = minimum((Value - low).abs(), (Value - high).abs());
        var result = Bent(Value.clamp(low, high), inside.to(ScalarType.Float64), distance, 1);
        var (lowError, highError) = (Of(low, Rounding).Error, Of(high, Rounding).Error);
        if (lowError is null && highError is null)
            return result;
        var none = zeros_like(Value);
        return result.Loosened(where(Value <= low, lowError ?? none, where(Value >= high, highError ?? none, none)));
    }

    /// <summary>The numbers where a condition holds, 0 elsewhere; either where it is not decided.</summary>
    internal Bounded Gated(Tensor condition, Tensor undecided) =>
        this * new Bounded(condition.to(ScalarType.Float64), undecided.any().ToBoolean() ? undecided.to(ScalarType.Float64) : null, Rounding, false);

    /// <summary>max(a, 0).</summary>
    internal Bounded Relu() => Clamp(0, double.PositiveInfinity);

    /// <summary>The numbers with further roundings, which some kernels do.</summary>
    internal Bounded MaybeRounded(double roundings, double? unit = null) => With(Rounded(Value, Error, roundings, unit));

    /// <summary>Sums over dimensions until the shape is another that it was broadcast from.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="shares">How many times as many numbers the whole sum is of.</param>
    internal Bounded SumTo(long[] shape, double shares = 1)
    {
        var own = Value.shape;
        if (own.SequenceEqual(shape))
            return this;
        var extra = own.Length - shape.Length;
        var dims = Enumerable.Range(0, own.Length).Where(i => i < extra || (shape[i - extra] == 1 && own[i] != 1)).Select(i => (long)i).ToArray();
        if (own.Length < shape.Length || dims.Length == 0)
            return Map(x => x.expand(shape).clone(), 0, 0);
        var count = dims.Aggregate(1L, (n, d) => n * own[d]);
        return Map(x => x.sum(dims, keepdim: true).reshape(shape), count * shares, 0);
    }

    /// <summary>A piecewise linear function with slopes of at most 1 in magnitude.</summary>
    /// <param name="value">Its values.</param>
    /// <param name="slope">Its slopes.</param>
    /// <param name="distance">How far it is to the nearest place where the slope changes.</param>
    /// <param name="jump">How much the slope changes there.</param>
    private Bounded Bent(Tensor value, Tensor slope, Tensor distance, double jump)
    {
        var gate = new Bounded(slope, Error is null ? null : (distance <= Error).to(ScalarType.Float64) * jump, Rounding, false);
        return Node(value, Error, [this], g => [g * gate]);
    }

    private static Tensor? Either(Tensor? a, Tensor? b) =>
        a is null ? b
        : b is null ? a
        : a + b;
}
