using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>Distances between recorded and replayed numbers.</summary>
internal static class Agreement
{
    /// <summary>Smallest denominator of a relative distance, as a fraction of the largest number: smaller numbers are left by cancellation.</summary>
    private const double Cancelled = 1e-6;

    /// <summary>Factor by which a replay must come closer than the replay without a planted fault.</summary>
    private const double Closer = 1e-3;

    /// <summary>
    /// Relative distance of two numbers; 0 if they are equal or nothing was recorded, infinite if the replay has none or they
    /// differ and one is not finite.
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

    /// <summary>Largest finite magnitude.</summary>
    internal static double Greatest(IEnumerable<double?> numbers) =>
        numbers.Select(n => Math.Abs(n ?? 0)).Where(double.IsFinite).DefaultIfEmpty(0).Max();

    /// <summary>
    /// Largest distance that still counts as reproduced: half of the digits of the recorded numbers, and three digits closer than
    /// the farthest number without a planted fault, so that faults which change little are still told from none.
    /// </summary>
    internal static double Tolerance(IEnumerable<double?> recorded, double farthest)
    {
        var single = recorded.OfType<double>().All(x => !double.IsFinite(x) || x == (float)x);
        return Math.Min(single ? Math.Sqrt(float.BitIncrement(1) - 1) : Math.Sqrt(double.BitIncrement(1) - 1), farthest * Closer);
    }

    /// <summary>Number of digits that two numbers at this distance have in common, at most 16.</summary>
    internal static int Digits(double distance) => distance <= 1e-16 ? 16 : Math.Max(0, (int)Math.Floor(-Math.Log10(distance)));
}
