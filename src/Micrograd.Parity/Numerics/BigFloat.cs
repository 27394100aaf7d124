using System.Runtime.InteropServices;

namespace Micrograd.Parity.Numerics;

/// <summary>A number of many binary digits, never changed once it is made.</summary>
internal sealed unsafe class BigFloat
{
    private const int ToNearest = 0;
    private const int BitsPerWord = 64;

    private static readonly nint s_subtract = Mpfr.Entry("mpfr_sub");

    private readonly ulong[] _digits;
    private readonly int _precision;
    private int _sign;
    private CLong _exponent;

    private BigFloat(int precision)
    {
        _precision = precision;
        _digits = new ulong[(precision + BitsPerWord - 1) / BitsPerWord];
    }

    private delegate int Fill(Mpfr.Raw* result);

    /// <summary>The nearest double.</summary>
    public double ToDouble()
    {
        fixed (ulong* digits = _digits)
        {
            var raw = ToRaw(digits);
            return Mpfr.Get(&raw, ToNearest);
        }
    }

    /// <summary>True if it is NaN.</summary>
    public bool IsNaN => double.IsNaN(ToDouble());

    /// <summary>The exponent of its leading digit, as in 1.… · 2ᵉ; only for numbers that are neither 0 nor special.</summary>
    internal long Exponent => _exponent.Value;

    /// <summary>True if it is neither 0 nor infinite nor NaN: MPFR encodes these as exponents at the end of the range.</summary>
    internal bool IsRegular => _exponent.Value > nint.MinValue / 2;

    /// <summary>Less than 0 where it is below a double, more where it is above; 0 where it equals it. Neither is NaN.</summary>
    public int CompareTo(double other)
    {
        fixed (ulong* digits = _digits)
        {
            var raw = ToRaw(digits);
            return Mpfr.Compare(&raw, other);
        }
    }

    /// <summary>Distance of a double from this number, rounded to double.</summary>
    public double DistanceTo(double other) => Math.Abs(Apply(s_subtract, this, From(other, _precision), _precision).ToDouble());

    public override string ToString() => NumberText.Of(ToDouble());

    internal static BigFloat From(double x, int precision) => Filled(precision, raw => Mpfr.Set(raw, x, ToNearest));

    internal static BigFloat Pi(int precision) => Filled(precision, raw => Mpfr.Pi(raw, ToNearest));

    internal static BigFloat LogOfTwo(int precision) => Filled(precision, raw => Mpfr.LogOfTwo(raw, ToNearest));

    internal static BigFloat Apply(nint function, BigFloat a, int precision)
    {
        var result = new BigFloat(precision);
        fixed (
            ulong* digits = result._digits,
                x = a._digits
        )
        {
            var (raw, first) = (result.ToRaw(digits), a.ToRaw(x));
            ((delegate* unmanaged<Mpfr.Raw*, Mpfr.Raw*, int, int>)function)(&raw, &first, ToNearest);
            result.Take(raw);
        }

        return result;
    }

    internal static BigFloat Apply(nint function, BigFloat a, BigFloat b, int precision)
    {
        var result = new BigFloat(precision);
        fixed (
            ulong* digits = result._digits,
                x = a._digits,
                y = b._digits
        )
        {
            var (raw, first, second) = (result.ToRaw(digits), a.ToRaw(x), b.ToRaw(y));
            ((delegate* unmanaged<Mpfr.Raw*, Mpfr.Raw*, Mpfr.Raw*, int, int>)function)(&raw, &first, &second, ToNearest);
            result.Take(raw);
        }

        return result;
    }

    internal static bool Holds(Relation relation, BigFloat a, BigFloat b)
    {
        fixed (
            ulong* x = a._digits,
                y = b._digits
        )
        {
            var (first, second) = (a.ToRaw(x), b.ToRaw(y));
            return relation switch
            {
                Relation.Less => Mpfr.IsLess(&first, &second) != 0,
                Relation.LessOrEqual => Mpfr.IsLessOrEqual(&first, &second) != 0,
                Relation.Equal => Mpfr.IsEqual(&first, &second) != 0,
                Relation.IsNaN => a.IsNaN,
                _ => Mpfr.Compare(&first, double.PositiveInfinity) == 0 || Mpfr.Compare(&first, double.NegativeInfinity) == 0,
            };
        }
    }

    private static BigFloat Filled(int precision, Fill fill)
    {
        var result = new BigFloat(precision);
        fixed (ulong* digits = result._digits)
        {
            var raw = result.ToRaw(digits);
            fill(&raw);
            result.Take(raw);
        }

        return result;
    }

    private Mpfr.Raw ToRaw(ulong* digits) =>
        new()
        {
            Precision = new CLong(_precision),
            Sign = _sign,
            Exponent = _exponent,
            Digits = digits,
        };

    private void Take(Mpfr.Raw raw) => (_sign, _exponent) = (raw.Sign, raw.Exponent);
}
