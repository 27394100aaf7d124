using System.Globalization;
using Micrograd.Parity.Diff.Recomputing;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Causes;

/// <summary>Numbers that are fitted to a recording.</summary>
internal static class Fit
{
    /// <summary>A number in text.</summary>
    internal static string Shown(double number) => number.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>The decimal with the fewest digits within a distance of a number.</summary>
    internal static double Shortest(double number, double within)
    {
        if (!double.IsFinite(number) || number == 0)
            return number;
        for (var digits = 1; digits < 17; digits++)
        {
            var text = number.ToString($"E{digits - 1}", CultureInfo.InvariantCulture);
            var rounded = double.Parse(text, CultureInfo.InvariantCulture);
            if (Math.Abs(rounded - number) <= within)
                return rounded;
        }

        return number;
    }

    /// <summary>
    /// The one factor that makes the numbers of a recording of exact ones; null if no factor does within the bounds, or if it is 1.
    /// </summary>
    /// <param name="recorded">The recording.</param>
    /// <param name="right">The right numbers.</param>
    /// <param name="least">How many numbers must show it.</param>
    internal static double? Factor(Tensor recorded, Recomputed right, int least = 3)
    {
        if (!recorded.shape.SequenceEqual(right.Exact.shape))
            return null;
        var numbers = recorded.to(ScalarType.Float64);
        var exact = right.Exact;
        var isKnown = numbers.isfinite().all().ToBoolean() && right.Bound.isfinite().all().ToBoolean();
        if (!isKnown || (exact.abs() > right.Bound).sum().ToInt64() < least)
            return null;
        var square = exact.square().sum().ToDouble();
        var factor = (numbers * exact).sum().ToDouble() / square;
        if (factor == 0 || !double.IsFinite(factor))
            return null;
        var unit = Rounding.Of(recorded.dtype).Stored;
        var lost = right.Bound * Math.Abs(factor) + numbers.abs() * (2 * unit);
        var uncertain = (lost.expand(exact.shape) * exact.abs()).sum().ToDouble() / square;
        factor = Shortest(factor, uncertain);
        return Math.Abs(factor - 1) > uncertain && ((numbers - exact * factor).abs() <= lost + exact.abs() * uncertain).all().ToBoolean()
            ? factor
            : null;
    }

    /// <summary>True if two tensors have the same shape and numbers.</summary>
    internal static bool Same(Tensor a, Tensor b) => a.shape.SequenceEqual(b.shape) && a.eq(b).all().ToBoolean();

    /// <summary>The median; null of none.</summary>
    internal static double? Median(Tensor estimates) => estimates.numel() == 0 ? null : estimates.median().ToDouble();
}
