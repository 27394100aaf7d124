using Micrograd.Tapes;

namespace Micrograd;

public readonly partial struct Value
{
    /// <summary>The greatest integer not above x; its gradient is 0.</summary>
    public Value Floor() => Tape.Unary<FloorRule>(this);

    /// <summary>The smallest integer not below x; its gradient is 0.</summary>
    public Value Ceil() => Tape.Unary<CeilRule>(this);

    /// <summary>The nearest integer, halves to the even one; its gradient is 0.</summary>
    public Value Round() => Tape.Unary<RoundRule>(this);

    /// <summary>x without its fraction; its gradient is 0.</summary>
    public Value Trunc() => Tape.Unary<TruncRule>(this);

    /// <summary>The fraction x − trunc(x), with the sign of x; its gradient is 1.</summary>
    public Value Frac() => Tape.Unary<FracRule>(this);
}

internal readonly struct FloorRule : IUnaryRule
{
    public static string Name => "floor";

    public static double Forward(double x) => Math.Floor(x);

    public static double Vjp(double g, double x, double y) => 0;
}

internal readonly struct CeilRule : IUnaryRule
{
    public static string Name => "ceil";

    public static double Forward(double x) => Math.Ceiling(x);

    public static double Vjp(double g, double x, double y) => 0;
}

internal readonly struct RoundRule : IUnaryRule
{
    public static string Name => "round";

    public static double Forward(double x) => Math.Round(x, MidpointRounding.ToEven);

    public static double Vjp(double g, double x, double y) => 0;
}

internal readonly struct TruncRule : IUnaryRule
{
    public static string Name => "trunc";

    public static double Forward(double x) => Math.Truncate(x);

    public static double Vjp(double g, double x, double y) => 0;
}

internal readonly struct FracRule : IUnaryRule
{
    public static string Name => "frac";

    public static double Forward(double x) => x - Math.Truncate(x);

    public static double Vjp(double g, double x, double y) => g;
}
