using Micrograd.Tapes;

namespace Micrograd;

public readonly partial struct Value
{
    /// <summary>|x|; the gradient at 0 is 0.</summary>
    public Value Abs() => Tape.Unary<AbsRule>(this);

    /// <summary>−1, 0 or 1; its gradient is 0 everywhere.</summary>
    public Value Sign() => Tape.Unary<SignRule>(this);

    /// <summary>The greater of the two, NaN if one is; equal operands share the gradient half and half.</summary>
    public Value Maximum(Value b) => Tape.Binary<MaximumRule>(this, b);

    /// <summary>The smaller of the two, NaN if one is; equal operands share the gradient half and half.</summary>
    public Value Minimum(Value b) => Tape.Binary<MinimumRule>(this, b);

    /// <summary>The greater of the two, ignoring a NaN; of equal operands this one receives the whole gradient.</summary>
    public Value Fmax(Value b) => Tape.Binary<FmaxRule>(this, b);

    /// <summary>The smaller of the two, ignoring a NaN; of equal operands this one receives the whole gradient.</summary>
    public Value Fmin(Value b) => Tape.Binary<FminRule>(this, b);

    /// <summary>x kept within [min, max]; the gradient at both bounds is 1. Where min is above max the result is max.</summary>
    public Value Clamp(double min, double max) => Tape.Attributed<ClampRule>(this, min, max);

    /// <summary>
    /// <paramref name="a"/> where the condition holds, else <paramref name="b"/>. The one not chosen receives a gradient of 0, which an
    /// infinite derivative further up turns into NaN, as in PyTorch.
    /// </summary>
    public static Value Where(bool condition, Value a, Value b) => condition ? Tape.Binary<WhereTrueRule>(a, b) : Tape.Binary<WhereFalseRule>(a, b);
}

internal readonly struct AbsRule : IUnaryRule
{
    public static string Name => "abs";

    public static double Forward(double x) => Math.Abs(x);

    public static double Vjp(double g, double x, double y) => g * SignRule.Forward(x);
}

internal readonly struct SignRule : IUnaryRule
{
    public static string Name => "sign";

    // torch: 0 for NaN too.
    public static double Forward(double x) =>
        x > 0 ? 1
        : x < 0 ? -1
        : 0;

    public static double Vjp(double g, double x, double y) => 0;
}

internal readonly struct MaximumRule : IBinaryRule
{
    public static string Name => "maximum";

    public static double Forward(double a, double b) =>
        double.IsNaN(a) || double.IsNaN(b) ? double.NaN
        : a < b ? b
        : a;

    public static double VjpA(double g, double a, double b, double y) =>
        a < b ? 0
        : a == b ? g / 2
        : g;

    public static double VjpB(double g, double a, double b, double y) =>
        a > b ? 0
        : a == b ? g / 2
        : g;
}

internal readonly struct MinimumRule : IBinaryRule
{
    public static string Name => "minimum";

    public static double Forward(double a, double b) =>
        double.IsNaN(a) || double.IsNaN(b) ? double.NaN
        : b < a ? b
        : a;

    public static double VjpA(double g, double a, double b, double y) =>
        a > b ? 0
        : a == b ? g / 2
        : g;

    public static double VjpB(double g, double a, double b, double y) =>
        a < b ? 0
        : a == b ? g / 2
        : g;
}

internal readonly struct FmaxRule : IBinaryRule
{
    public static string Name => "fmax";

    // torch: the second of two zeros.
    public static double Forward(double a, double b) => a > b || double.IsNaN(b) ? a : b;

    public static double VjpA(double g, double a, double b, double y) => a >= b || double.IsNaN(b) ? g : 0;

    public static double VjpB(double g, double a, double b, double y) => a >= b || double.IsNaN(b) ? 0 : g;
}

internal readonly struct FminRule : IBinaryRule
{
    public static string Name => "fmin";

    // torch: the second of two zeros.
    public static double Forward(double a, double b) => a < b || double.IsNaN(b) ? a : b;

    public static double VjpA(double g, double a, double b, double y) => a <= b || double.IsNaN(b) ? g : 0;

    public static double VjpB(double g, double a, double b, double y) => a <= b || double.IsNaN(b) ? 0 : g;
}

internal readonly struct ClampRule : IAttributedRule
{
    public static string Name => "clamp";

    // NaN passes: every comparison with it is false.
    public static double Forward(double x, double p, double q)
    {
        var raised = x < p ? p : x;
        return q < raised ? q : raised;
    }

    // torch: g at both bounds, 0 at NaN.
    public static double Vjp(double g, double x, double p, double q, double y) => x >= p && x <= q ? g : 0;
}

internal readonly struct WhereTrueRule : IBinaryRule
{
    public static string Name => "where(true)";

    public static double Forward(double a, double b) => a;

    public static double VjpA(double g, double a, double b, double y) => g;

    public static double VjpB(double g, double a, double b, double y) => 0;
}

internal readonly struct WhereFalseRule : IBinaryRule
{
    public static string Name => "where(false)";

    public static double Forward(double a, double b) => b;

    public static double VjpA(double g, double a, double b, double y) => 0;

    public static double VjpB(double g, double a, double b, double y) => g;
}
