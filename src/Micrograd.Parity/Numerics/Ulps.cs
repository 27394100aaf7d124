using System.Globalization;

namespace Micrograd.Parity.Numerics;

/// <summary>Distances between doubles in units in the last place.</summary>
internal static class Ulps
{
    /// <summary>True if two numbers have the same bits or are both NaN. +0 and −0 differ.</summary>
    public static bool Same(double a, double b) =>
        BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b) || (double.IsNaN(a) && double.IsNaN(b));

    /// <summary>True if both are missing, or two numbers have the same bits or are both NaN.</summary>
    public static bool Same(double? a, double? b) => a is { } x && b is { } y ? Same(x, y) : a is null == b is null;

    /// <summary>
    /// Distance in ulps: number of doubles from one to the other, counting one step from −0 to +0; 0 if they are the same.
    /// <see cref="ulong.MaxValue"/> if only one is NaN.
    /// </summary>
    public static ulong Distance(double a, double b)
    {
        if (Same(a, b))
            return 0;
        if (double.IsNaN(a) || double.IsNaN(b))
            return ulong.MaxValue;
        long x = Order(a),
            y = Order(b);
        return x > y ? (ulong)x - (ulong)y : (ulong)y - (ulong)x;
    }

    /// <summary>Distance in float32 ulps of two numbers that are both float32.</summary>
    public static ulong SingleDistance(double a, double b)
    {
        if (Same(a, b))
            return 0;
        if (double.IsNaN(a) || double.IsNaN(b))
            return ulong.MaxValue;
        return (ulong)Math.Abs(Order((float)a) - Order((float)b));

        static long Order(float x) => BitConverter.SingleToInt32Bits(x) is var bits && bits >= 0 ? bits : int.MinValue - (long)bits - 1;
    }

    /// <summary>Number of ulps up to which a distance is told in ulps; what is further apart is told by its relative error.</summary>
    public const ulong Told = 1_000_000;

    /// <summary>A distance in words: <c>3 ulp apart</c>, <c>a relative error of 0.25</c>, <c>of the other sign</c>, <c>NaN against 3</c>.</summary>
    /// <param name="ours">Our number; null where there is none.</param>
    /// <param name="right">The right number; null where there is none.</param>
    public static string Apart(double? ours, double? right)
    {
        if (ours is not { } a || right is not { } b || double.IsNaN(a) != double.IsNaN(b) || double.IsInfinity(a) != double.IsInfinity(b))
            return $"{Short(ours)} against {Short(right)}";
        var distance = Distance(a, b);
        if (a == 0 && b == 0 && distance > 0)
            return "zeros of other signs";
        if (distance <= Told)
            return string.Create(CultureInfo.InvariantCulture, $"{distance:N0} ulp apart");
        var sign = a != 0 && b != 0 && double.IsNegative(a) != double.IsNegative(b);
        if (sign && a == -b)
            return "of the other sign";
        var relative =
            b == 0 ? $"{Short(a)} against 0" : string.Create(CultureInfo.InvariantCulture, $"a relative error of {Math.Abs((a / b) - 1):G3}");
        return sign ? $"of the other sign, {relative}" : relative;
    }

    /// <summary>A greatest distance in words: <c>3 ulp</c>, <c>a relative error of 2E-9</c>.</summary>
    public static string Words(ulong distance) =>
        distance == ulong.MaxValue ? "NaN against a number"
        : distance <= Told ? string.Create(CultureInfo.InvariantCulture, $"{distance:N0} ulp")
        : distance < 1UL << 52 ? string.Create(CultureInfo.InvariantCulture, $"a relative error of {Math.ScaleB(distance, -53):G2}")
        : "all digits or the sign";

    private static string Short(double? number) => number is { } x ? x.ToString("G6", CultureInfo.InvariantCulture) : "none";

    /// <summary>The double so many steps above (or, negative, below) another; stays within the infinities.</summary>
    public static double Step(double x, long steps)
    {
        if (double.IsNaN(x))
            return x;
        var order = Math.Clamp(Order(x) + steps, Order(double.NegativeInfinity), Order(double.PositiveInfinity));
        return BitConverter.Int64BitsToDouble(order >= 0 ? order : long.MinValue - order - 1);
    }

    /// <summary>The bits as an integer in the order of the numbers: −0 is −1, +0 is 0.</summary>
    private static long Order(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        return bits >= 0 ? bits : long.MinValue - bits - 1;
    }
}
