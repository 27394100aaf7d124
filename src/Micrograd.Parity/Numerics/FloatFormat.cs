namespace Micrograd.Parity.Numerics;

/// <summary>A format of floating-point numbers that programs are run in.</summary>
internal sealed class FloatFormat
{
    private readonly int _digits;
    private readonly int _leastExponent;

    private FloatFormat(string name, int digits, int leastExponent, double maximum) =>
        (Name, _digits, _leastExponent, Maximum) = (name, digits, leastExponent, maximum);

    /// <summary>float64.</summary>
    public static FloatFormat Binary64 { get; } = new("float64", 53, -1022, double.MaxValue);

    /// <summary>float32.</summary>
    public static FloatFormat Binary32 { get; } = new("float32", 24, -126, float.MaxValue);

    /// <summary>Both.</summary>
    public static IReadOnlyList<FloatFormat> All { get; } = [Binary64, Binary32];

    /// <summary>PyTorch's name.</summary>
    public string Name { get; }

    /// <summary>Largest finite number.</summary>
    internal double Maximum { get; }

    /// <summary>Smallest positive normal number.</summary>
    internal double LeastNormal => Math.ScaleB(1, _leastExponent);

    /// <summary>Unit roundoff, the largest relative error of rounding to nearest: 2⁻⁵³ or 2⁻²⁴.</summary>
    internal double UnitRoundoff => Math.ScaleB(1, -_digits);

    /// <summary>The format's number nearest to a double.</summary>
    public double Round(double x) => this == Binary32 ? (float)x : x;

    public override string ToString() => Name;

    /// <summary>The format's largest number ≤ a double (rounding down).</summary>
    internal double Down(double x)
    {
        if (this == Binary64)
            return x;
        var near = (float)x;
        return near > x ? MathF.BitDecrement(near) : near;
    }

    /// <summary>The format's least number not below a double.</summary>
    internal double Up(double x)
    {
        if (this == Binary64)
            return x;
        var near = (float)x;
        return near < x ? MathF.BitIncrement(near) : near;
    }

    /// <summary>One unit in the last place of a finite number.</summary>
    internal double Ulp(double x) => Math.ScaleB(1, Math.Max(x == 0 ? _leastExponent : Math.ILogB(x), _leastExponent) - _digits + 1);
}
