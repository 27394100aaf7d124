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

    public static double Forward(double x) => ElementaryFunctions.Current.Erf(x);

    public static double Vjp(double g, double x, double y) => 2 / Math.Sqrt(Math.PI) * ElementaryFunctions.Current.Exp(-(x * x)) * g;
}

internal readonly struct ErfcRule : IUnaryRule
{
    public static string Name => "erfc";

    public static double Forward(double x) => ElementaryFunctions.Current.Erfc(x);

    public static double Vjp(double g, double x, double y) => -2 / Math.Sqrt(Math.PI) * ElementaryFunctions.Current.Exp(-(x * x)) * g;
}
