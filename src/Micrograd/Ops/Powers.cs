using System.Runtime.CompilerServices;
using Micrograd.Tapes;

namespace Micrograd;

public readonly partial struct Value
{
    /// <summary>This value to the power of a number. As in PyTorch 0, 1, 2, 3, ½, −½, −1 and −2 are computed by products and roots.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Value Pow(double exponent) =>
        exponent switch
        {
            2 => Tape.Unary<PowTwoRule>(this),
            3 => Tape.Unary<PowThreeRule>(this),
            -1 => Tape.Unary<PowMinusOneRule>(this),
            _ => Tape.Attributed<PowNumberRule>(this, exponent),
        };

    /// <summary>This value to the power of a value; both receive gradients. The exponent's is NaN for a negative base.</summary>
    public Value Pow(Value exponent) => Tape.Binary<PowRule>(this, exponent);

    /// <summary>A number to the power of a value.</summary>
    public static Value Pow(double @base, Value exponent) => Tape.Attributed<PowBaseRule>(exponent, @base);

    /// <summary>x².</summary>
    public Value Square() => Tape.Unary<SquareRule>(this);

    /// <summary>1 / x.</summary>
    public Value Reciprocal() => Tape.Unary<ReciprocalRule>(this);

    /// <summary>√x; the gradient at 0 is infinite.</summary>
    public Value Sqrt() => Tape.Unary<SqrtRule>(this);

    /// <summary>1 / √x.</summary>
    public Value Rsqrt() => Tape.Unary<RsqrtRule>(this);

    /// <summary>√(this² + b²) without undue overflow. Its gradient at (0, 0) is NaN.</summary>
    public Value Hypot(Value b) => Tape.Binary<HypotRule>(this, b);
}

internal readonly struct PowNumberRule : IAttributedRule
{
    public static string Name => "pow";

    // 2 and −1 never come here, nor from Vjp: they and 3 have rules of their own, and exponent 0 has no slope.
    public static double Forward(double x, double p, double q) =>
        p switch
        {
            0 => 1,
            1 => x,
            3 => x * x * x,
            0.5 => ElementaryFunctions.Current.Sqrt(x),
            -0.5 => 1 / Math.Sqrt(x),
            -2 => 1 / (x * x),
            _ => Math.Pow(x, p),
        };

    // torch: 0 for exponent 0, whatever the base.
    public static double Vjp(double g, double x, double p, double q, double y) => p == 0 ? 0 : g * (p * Forward(x, p - 1, q));
}

internal readonly struct PowTwoRule : IUnaryRule
{
    public static string Name => "pow(2)";

    public static double Forward(double x) => x * x;

    public static double Vjp(double g, double x, double y) => g * (2 * x);
}

internal readonly struct PowThreeRule : IUnaryRule
{
    public static string Name => "pow(3)";

    public static double Forward(double x) => x * x * x;

    public static double Vjp(double g, double x, double y) => g * (3 * (x * x));
}

internal readonly struct PowMinusOneRule : IUnaryRule
{
    public static string Name => "pow(-1)";

    public static double Forward(double x) => 1 / x;

    public static double Vjp(double g, double x, double y) => g * (-1 * (1 / (x * x)));
}

internal readonly struct PowRule : IBinaryRule
{
    public static string Name => "pow";

    public static double Forward(double a, double b) => Math.Pow(a, b);

    public static double VjpA(double g, double a, double b, double y) => b == 0 ? 0 : g * (b * Math.Pow(a, b - 1));

    // torch: 0 where the base is 0 and the exponent is not negative, in place of 0 · log 0.
    public static double VjpB(double g, double a, double b, double y) => g * (a == 0 && b >= 0 ? 0 : y * ElementaryFunctions.Current.Log(a));
}

internal readonly struct PowBaseRule : IAttributedRule
{
    public static string Name => "pow";

    public static double Forward(double x, double p, double q) => Math.Pow(p, x);

    public static double Vjp(double g, double x, double p, double q, double y) => g * (p == 0 && x >= 0 ? 0 : y * ElementaryFunctions.Current.Log(p));
}

internal readonly struct SquareRule : IUnaryRule
{
    public static string Name => "square";

    public static double Forward(double x) => x * x;

    public static double Vjp(double g, double x, double y) => g * (2 * x);
}

internal readonly struct ReciprocalRule : IUnaryRule
{
    public static string Name => "reciprocal";

    public static double Forward(double x) => 1 / x;

    public static double Vjp(double g, double x, double y) => -g * (y * y);
}

internal readonly struct SqrtRule : IUnaryRule
{
    public static string Name => "sqrt";

    public static ElementaryFunction? Function => ElementaryFunction.Sqrt;

    public static double Forward(double x) => ElementaryFunctions.Current.Sqrt(x);

    public static double Vjp(double g, double x, double y) => g / (2 * y);
}

internal readonly struct RsqrtRule : IUnaryRule
{
    public static string Name => "rsqrt";

    public static double Forward(double x) => 1 / Math.Sqrt(x);

    public static double Vjp(double g, double x, double y) => -0.5 * g * (y * y * y);
}

internal readonly struct HypotRule : IBinaryRule
{
    public static string Name => "hypot";

    public static double Forward(double a, double b) => CMath.Hypot(a, b);

    public static double VjpA(double g, double a, double b, double y) => g * a / y;

    public static double VjpB(double g, double a, double b, double y) => g * b / y;
}
