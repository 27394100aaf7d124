namespace Micrograd.Parity.Numerics;

/// <summary>
/// Sums, products, quotients and roots rounded down and up, in doubles. The error of the rounded result is computed exactly (Knuth's
/// two-sum; a fused multiply-add for the others), so that a result that is exact stays as it is.
/// </summary>
internal static class Outward
{
    /// <summary>Below this size the error of a product or quotient may itself underflow, and both neighbours are taken.</summary>
    private static readonly double s_tiny = Math.ScaleB(1, -900);

    internal static (double Down, double Up) Add(double a, double b)
    {
        var sum = a + b;
        if (!double.IsFinite(sum))
            return Overflowed(sum, double.IsFinite(a) && double.IsFinite(b));
        var other = sum - a;
        return Around(sum, (a - (sum - other)) + (b - other));
    }

    internal static (double Down, double Up) Multiply(double a, double b)
    {
        // An end at ∞ stands for large numbers as well: 0 times it is 0 here, and its owner adds NaN where ∞ itself is possible.
        if (a == 0 || b == 0)
            return (0, 0);
        var product = a * b;
        if (!double.IsFinite(product))
            return Overflowed(product, double.IsFinite(a) && double.IsFinite(b));
        return Math.Abs(product) < s_tiny
            ? (Math.BitDecrement(product), Math.BitIncrement(product))
            : Around(product, Math.FusedMultiplyAdd(a, b, -product));
    }

    /// <summary>A quotient; the divisor is not 0.</summary>
    internal static (double Down, double Up) Divide(double a, double b)
    {
        if (a == 0)
            return (0, 0);
        if (double.IsInfinity(b))
            return double.IsInfinity(a) ? (double.NegativeInfinity, double.PositiveInfinity) : (Math.BitDecrement(0), Math.BitIncrement(0));
        var quotient = a / b;
        if (!double.IsFinite(quotient))
            return Overflowed(quotient, double.IsFinite(a));
        if (Math.Abs(quotient) < s_tiny || Math.Abs(a) < s_tiny)
            return (Math.BitDecrement(quotient), Math.BitIncrement(quotient));
        var remainder = Math.FusedMultiplyAdd(-quotient, b, a);
        return Around(quotient, b < 0 ? -remainder : remainder);
    }

    internal static (double Down, double Up) Sqrt(double a)
    {
        var root = Math.Sqrt(a);
        if (a == 0 || double.IsInfinity(a))
            return (root, root);
        return a < s_tiny ? (Math.BitDecrement(root), Math.BitIncrement(root)) : Around(root, Math.FusedMultiplyAdd(-root, root, a));
    }

    private static (double Down, double Up) Around(double rounded, double error) =>
        error == 0 ? (rounded, rounded)
        : error > 0 ? (rounded, Math.BitIncrement(rounded))
        : error < 0 ? (Math.BitDecrement(rounded), rounded)
        : (Math.BitDecrement(rounded), Math.BitIncrement(rounded));

    private static (double Down, double Up) Overflowed(double result, bool ofFiniteNumbers) =>
        double.IsNaN(result) ? (double.NegativeInfinity, double.PositiveInfinity)
        : !ofFiniteNumbers ? (result, result)
        : result > 0 ? (double.MaxValue, result)
        : (result, -double.MaxValue);
}
