using Micrograd.Tapes;

namespace Micrograd;

public readonly partial struct Value
{
    /// <summary>The sine of an angle in radians.</summary>
    public Value Sin() => Tape.Unary<SinRule>(this);

    /// <summary>The cosine of an angle in radians.</summary>
    public Value Cos() => Tape.Unary<CosRule>(this);

    /// <summary>The tangent of an angle in radians.</summary>
    public Value Tan() => Tape.Unary<TanRule>(this);

    /// <summary>The inverse sine, in radians.</summary>
    public Value Asin() => Tape.Unary<AsinRule>(this);

    /// <summary>The inverse cosine, in radians.</summary>
    public Value Acos() => Tape.Unary<AcosRule>(this);

    /// <summary>The inverse tangent, in radians.</summary>
    public Value Atan() => Tape.Unary<AtanRule>(this);

    /// <summary>The angle of the point (x, this), in radians, in (−π, π].</summary>
    public Value Atan2(Value x) => Tape.Binary<Atan2Rule>(this, x);

    /// <summary>The hyperbolic sine.</summary>
    public Value Sinh() => Tape.Unary<SinhRule>(this);

    /// <summary>The hyperbolic cosine.</summary>
    public Value Cosh() => Tape.Unary<CoshRule>(this);

    /// <summary>The hyperbolic tangent.</summary>
    public Value Tanh() => Tape.Unary<TanhRule>(this);

    /// <summary>The inverse hyperbolic sine.</summary>
    public Value Asinh() => Tape.Unary<AsinhRule>(this);

    /// <summary>The inverse hyperbolic cosine.</summary>
    public Value Acosh() => Tape.Unary<AcoshRule>(this);

    /// <summary>The inverse hyperbolic tangent.</summary>
    public Value Atanh() => Tape.Unary<AtanhRule>(this);
}

internal readonly struct SinRule : IUnaryRule
{
    public static string Name => "sin";

    public static ElementaryFunction? Function => ElementaryFunction.Sin;

    public static double Forward(double x) => ElementaryFunctions.Current.Sin(x);

    public static ElementaryFunction? VjpFunction => ElementaryFunction.Cos;

    public static double Vjp(double g, double x, double y) => VjpBy(ElementaryFunctions.Current.Cos(x), g, x);

    public static double VjpBy(double cos, double g, double x) => g * cos;
}

internal readonly struct CosRule : IUnaryRule
{
    public static string Name => "cos";

    public static ElementaryFunction? Function => ElementaryFunction.Cos;

    public static double Forward(double x) => ElementaryFunctions.Current.Cos(x);

    public static ElementaryFunction? VjpFunction => ElementaryFunction.Sin;

    public static double Vjp(double g, double x, double y) => VjpBy(ElementaryFunctions.Current.Sin(x), g, x);

    public static double VjpBy(double sin, double g, double x) => g * -sin;
}

internal readonly struct TanRule : IUnaryRule
{
    public static string Name => "tan";

    public static ElementaryFunction? Function => ElementaryFunction.Tan;

    public static double Forward(double x) => ElementaryFunctions.Current.Tan(x);

    public static double Vjp(double g, double x, double y) => g * (1 + y * y);
}

internal readonly struct AsinRule : IUnaryRule
{
    public static string Name => "asin";

    public static ElementaryFunction? Function => ElementaryFunction.Asin;

    public static double Forward(double x) => ElementaryFunctions.Current.Asin(x);

    public static double Vjp(double g, double x, double y) => g * (1 / Math.Sqrt(-x * x + 1));
}

internal readonly struct AcosRule : IUnaryRule
{
    public static string Name => "acos";

    public static ElementaryFunction? Function => ElementaryFunction.Acos;

    public static double Forward(double x) => ElementaryFunctions.Current.Acos(x);

    public static double Vjp(double g, double x, double y) => g * -(1 / Math.Sqrt(-x * x + 1));
}

internal readonly struct AtanRule : IUnaryRule
{
    public static string Name => "atan";

    public static ElementaryFunction? Function => ElementaryFunction.Atan;

    public static double Forward(double x) => ElementaryFunctions.Current.Atan(x);

    public static double Vjp(double g, double x, double y) => g / (x * x + 1);
}

internal readonly struct Atan2Rule : IBinaryRule
{
    public static string Name => "atan2";

    public static double Forward(double a, double b) => Math.Atan2(a, b);

    public static double VjpA(double g, double a, double b, double y) => g * b * Inverse(a * a + b * b);

    public static double VjpB(double g, double a, double b, double y) => g * -a * Inverse(a * a + b * b);

    // torch: 0 in place of 1/0, also where the squares underflow.
    private static double Inverse(double square) => square == 0 ? 0 : 1 / square;
}

internal readonly struct SinhRule : IUnaryRule
{
    public static string Name => "sinh";

    public static ElementaryFunction? Function => ElementaryFunction.Sinh;

    public static double Forward(double x) => ElementaryFunctions.Current.Sinh(x);

    public static ElementaryFunction? VjpFunction => ElementaryFunction.Cosh;

    public static double Vjp(double g, double x, double y) => VjpBy(ElementaryFunctions.Current.Cosh(x), g, x);

    public static double VjpBy(double cosh, double g, double x) => g * cosh;
}

internal readonly struct CoshRule : IUnaryRule
{
    public static string Name => "cosh";

    public static ElementaryFunction? Function => ElementaryFunction.Cosh;

    public static double Forward(double x) => ElementaryFunctions.Current.Cosh(x);

    public static ElementaryFunction? VjpFunction => ElementaryFunction.Sinh;

    public static double Vjp(double g, double x, double y) => VjpBy(ElementaryFunctions.Current.Sinh(x), g, x);

    public static double VjpBy(double sinh, double g, double x) => g * sinh;
}

internal readonly struct TanhRule : IUnaryRule
{
    public static string Name => "tanh";

    public static ElementaryFunction? Function => ElementaryFunction.Tanh;

    public static double Forward(double x) => ElementaryFunctions.Current.Tanh(x);

    public static double Vjp(double g, double x, double y) => g * ElementaryFunctions.Current.MultiplyAdd(-y, y, 1);
}

internal readonly struct AsinhRule : IUnaryRule
{
    public static string Name => "asinh";

    public static ElementaryFunction? Function => ElementaryFunction.Asinh;

    public static double Forward(double x) => ElementaryFunctions.Current.Asinh(x);

    public static double Vjp(double g, double x, double y) => g * (1 / Math.Sqrt(x * x + 1));
}

internal readonly struct AcoshRule : IUnaryRule
{
    public static string Name => "acosh";

    public static ElementaryFunction? Function => ElementaryFunction.Acosh;

    public static double Forward(double x) => ElementaryFunctions.Current.Acosh(x);

    public static double Vjp(double g, double x, double y) => g * (1 / Math.Sqrt(x * x - 1));
}

internal readonly struct AtanhRule : IUnaryRule
{
    public static string Name => "atanh";

    public static ElementaryFunction? Function => ElementaryFunction.Atanh;

    public static double Forward(double x) => ElementaryFunctions.Current.Atanh(x);

    public static double Vjp(double g, double x, double y) => g / (1 - x * x);
}
