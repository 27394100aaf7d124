using Micrograd.Tapes;

namespace Micrograd;

public readonly partial struct Value
{
    /// <summary>eˣ.</summary>
    public Value Exp() => Tape.Unary<ExpRule>(this);

    /// <summary>2ˣ.</summary>
    public Value Exp2() => Tape.Unary<Exp2Rule>(this);

    /// <summary>eˣ − 1, accurate near 0.</summary>
    public Value Expm1() => Tape.Unary<Expm1Rule>(this);

    /// <summary>The natural logarithm.</summary>
    public Value Log() => Tape.Unary<LogRule>(this);

    /// <summary>The logarithm to base 2.</summary>
    public Value Log2() => Tape.Unary<Log2Rule>(this);

    /// <summary>The logarithm to base 10.</summary>
    public Value Log10() => Tape.Unary<Log10Rule>(this);

    /// <summary>log(1 + x), accurate near 0.</summary>
    public Value Log1p() => Tape.Unary<Log1pRule>(this);

    /// <summary>x · log(y), and 0 where x is 0 and y is not NaN.</summary>
    public Value Xlogy(Value y) => Tape.Binary<XlogyRule>(this, y);

    /// <summary>log(eᵃ + eᵇ) without undue overflow.</summary>
    public Value Logaddexp(Value b) => Tape.Binary<LogaddexpRule>(this, b);
}

internal readonly struct ExpRule : IUnaryRule
{
    public static string Name => "exp";

    public static ElementaryFunction? Function => ElementaryFunction.Exp;

    public static double Forward(double x) => ElementaryFunctions.Current.Exp(x);

    public static double Vjp(double g, double x, double y) => g * y;
}

internal readonly struct Exp2Rule : IUnaryRule
{
    private const double Ln2 = 0.693147180559945309417;

    public static string Name => "exp2";

    public static ElementaryFunction? Function => ElementaryFunction.Exp2;

    public static double Forward(double x) => ElementaryFunctions.Current.Exp2(x);

    public static double Vjp(double g, double x, double y) => g * y * Ln2;
}

internal readonly struct Expm1Rule : IUnaryRule
{
    public static string Name => "expm1";

    public static ElementaryFunction? Function => ElementaryFunction.Expm1;

    public static double Forward(double x) => ElementaryFunctions.Current.Expm1(x);

    public static double Vjp(double g, double x, double y) => g * (y + 1);
}

internal readonly struct LogRule : IUnaryRule
{
    public static string Name => "log";

    public static ElementaryFunction? Function => ElementaryFunction.Log;

    public static double Forward(double x) => ElementaryFunctions.Current.Log(x);

    public static double Vjp(double g, double x, double y) => g / x;
}

internal readonly struct Log2Rule : IUnaryRule
{
    public static string Name => "log2";

    public static ElementaryFunction? Function => ElementaryFunction.Log2;

    public static double Forward(double x) => ElementaryFunctions.Current.Log2(x);

    public static double Vjp(double g, double x, double y) => g / (x * 0.6931471805599453);
}

internal readonly struct Log10Rule : IUnaryRule
{
    public static string Name => "log10";

    public static ElementaryFunction? Function => ElementaryFunction.Log10;

    public static double Forward(double x) => ElementaryFunctions.Current.Log10(x);

    public static double Vjp(double g, double x, double y) => g / (x * 2.3025850929940456);
}

internal readonly struct Log1pRule : IUnaryRule
{
    public static string Name => "log1p";

    public static ElementaryFunction? Function => ElementaryFunction.Log1p;

    public static double Forward(double x) => ElementaryFunctions.Current.Log1p(x);

    public static double Vjp(double g, double x, double y) => g / (x + 1);
}

internal readonly struct XlogyRule : IBinaryRule
{
    public static string Name => "xlogy";

    public static double Forward(double a, double b) =>
        double.IsNaN(b) ? double.NaN
        : a == 0 ? 0
        : a * Math.Log(b);

    // torch: 0 at a = 0, b ≤ 0.
    public static double VjpA(double g, double a, double b, double y) => a == 0 && b <= 0 ? 0 : Forward(g, b);

    public static double VjpB(double g, double a, double b, double y) => g * a / b;
}

internal readonly struct LogaddexpRule : IBinaryRule
{
    public static string Name => "logaddexp";

    public static double Forward(double a, double b)
    {
        if (double.IsInfinity(a) && a == b)
            return a;
        // Stryker disable once Equality : < and <= part at a = b only, where but for ±0 the numbers are the same, and log 2 is added to them.
        var greater = a < b ? b : a;
        return greater + CMath.Log1p(Math.Exp(-Math.Abs(a - b)));
    }

    public static double VjpA(double g, double a, double b, double y) => g / (1 + ElementaryFunctions.Current.Exp(b - a));

    public static double VjpB(double g, double a, double b, double y) => g / (1 + ElementaryFunctions.Current.Exp(a - b));
}
