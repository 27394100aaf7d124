namespace Micrograd.Parity.Numerics;

/// <summary>Distances between doubles in units in the last place.</summary>
internal static class Ulps
{
    /// <summary>True if two numbers have the same bits or are both NaN. +0 and −0 differ.</summary>
    public static bool Same(double a, double b) =>
        BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b) || (double.IsNaN(a) && double.IsNaN(b));

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
