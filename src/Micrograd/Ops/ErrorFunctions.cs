using Micrograd.Tapes;

namespace Micrograd;

public readonly partial struct Value
{
    /// <summary>The error function.</summary>
    public Value Erf() => Tape.Unary<ErfRule>(this);

    /// <summary>1 − erf(x), accurate where erf is near 1.</summary>
    public Value Erfc() => Tape.Unary<ErfcRule>(this);
}

internal readonly struct ErfRule : IUnaryRule
{
    public static string Name => "erf";

    public static ElementaryFunction? Function => ElementaryFunction.Erf;

    public static double Forward(double x) => ElementaryFunctions.Current.Erf(x);

    public static ElementaryFunction? VjpFunction => ElementaryFunction.Exp;

    public static double VjpArgument(double x) => -(x * x);

    public static double Vjp(double g, double x, double y) => VjpBy(ElementaryFunctions.Current.Exp(VjpArgument(x)), g, x);

    public static double VjpBy(double exp, double g, double x) => 2 / Math.Sqrt(Math.PI) * exp * g;
}

internal readonly struct ErfcRule : IUnaryRule
{
    public static string Name => "erfc";

    public static ElementaryFunction? Function => ElementaryFunction.Erfc;

    public static double Forward(double x) => ElementaryFunctions.Current.Erfc(x);

    public static ElementaryFunction? VjpFunction => ElementaryFunction.Exp;

    public static double VjpArgument(double x) => -(x * x);

    public static double Vjp(double g, double x, double y) => VjpBy(ElementaryFunctions.Current.Exp(VjpArgument(x)), g, x);

    public static double VjpBy(double exp, double g, double x) => -2 / Math.Sqrt(Math.PI) * exp * g;
}
