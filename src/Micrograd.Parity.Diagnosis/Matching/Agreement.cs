using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>How far recorded numbers are from replayed ones.</summary>
internal static class Agreement
{
    /// <summary>A number that is small beside the greatest of its kind is measured by this share of it: it is what cancelling left.</summary>
    private const double Cancelled = 1e-6;

    /// <summary>How many digits more than without the mistake a replay must reproduce, as a factor.</summary>
    private const double Closer = 1e-3;

    /// <summary>
    /// The relative distance of two numbers; 0 for the same bits, infinite where one is missing or not finite and the other is not the same.
    /// </summary>
    internal static double Distance(double? recorded, double? replayed, double greatest)
    {
        if (recorded is not { } a || replayed is not { } b)
            return recorded is null ? 0 : double.PositiveInfinity;
        if (Ulps.Same(a, b) || a == b)
            return 0;
        var distance = Math.Abs(a - b) / Math.Max(Math.Max(Math.Abs(a), Math.Abs(b)), Cancelled * greatest);
        return double.IsNaN(distance) ? double.PositiveInfinity : distance;
    }

    /// <summary>The greatest finite magnitude.</summary>
    internal static double Greatest(IEnumerable<double?> numbers) =>
        numbers.Select(n => Math.Abs(n ?? 0)).Where(double.IsFinite).DefaultIfEmpty(0).Max();

    /// <summary>
    /// From which distance on a number is not reproduced: half of the digits that the recorded numbers have, and closer by three digits than
    /// the farthest without a mistake, so that a mistake of rounding is told from none.
    /// </summary>
    internal static double Tolerance(IEnumerable<double?> recorded, double farthest)
    {
        var single = recorded.OfType<double>().All(x => !double.IsFinite(x) || x == (float)x);
        return Math.Min(single ? Math.Sqrt(float.BitIncrement(1) - 1) : Math.Sqrt(double.BitIncrement(1) - 1), farthest * Closer);
    }

    /// <summary>How many digits two numbers so far apart have in common, at most 16.</summary>
    internal static int Digits(double distance) => distance <= 1e-16 ? 16 : Math.Max(0, (int)Math.Floor(-Math.Log10(distance)));
}
