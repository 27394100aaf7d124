using Micrograd.Tapes;

namespace Micrograd;

public readonly partial struct Value
{
    /// <summary>The logistic function 1 / (1 + e⁻ˣ).</summary>
    public Value Sigmoid() => Tape.Unary<SigmoidRule>(this);

    /// <summary>log(sigmoid(x)), without underflow.</summary>
    public Value Logsigmoid() => Tape.Unary<LogsigmoidRule>(this);

    /// <summary>x where x is above 0, else 0; the gradient at 0 is 0, at NaN 1.</summary>
    public Value Relu() => Tape.Unary<ReluRule>(this);

    /// <summary>x kept within [0, 6]; the gradient at both bounds is 0.</summary>
    public Value Relu6() => Tape.Unary<Relu6Rule>(this);

    /// <summary>x where x is above 0, else slope · x; the gradient at 0 is the slope.</summary>
    public Value LeakyRelu(double negativeSlope = 0.01) => Tape.Attributed<LeakyReluRule>(this, negativeSlope);

    /// <summary>x where x is above 0, else weight · x, with a learnt weight.</summary>
    public Value Prelu(Value weight) => Tape.Binary<PreluRule>(this, weight);

    /// <summary>x where x is above 0, else alpha · (eˣ − 1).</summary>
    public Value Elu(double alpha = 1) => Tape.Attributed<EluRule>(this, alpha);

    /// <summary>The self-normalising ELU: scale · elu(x, alpha) with the constants of Klambauer et al. 2017.</summary>
    public Value Selu() => Tape.Unary<SeluRule>(this);

    /// <summary>x where x is above 0, else alpha · (e^(x/alpha) − 1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">alpha is 0.</exception>
    public Value Celu(double alpha = 1) =>
        alpha != 0
            ? Tape.Attributed<CeluRule>(this, alpha, 1 / alpha)
            : throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "celu divides by alpha, so alpha cannot be 0.");

    /// <summary>x · Φ(x), with the normal distribution's Φ by the error function.</summary>
    public Value Gelu() => Tape.Unary<GeluRule>(this);

    /// <summary>x · Φ(x), with Φ approximated by tanh: 0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))).</summary>
    public Value GeluTanh() => Tape.Unary<GeluTanhRule>(this);

    /// <summary>x · sigmoid(x), also called swish.</summary>
    public Value Silu() => Tape.Unary<SiluRule>(this);

    /// <summary>x · tanh(softplus(x)).</summary>
    public Value Mish() => Tape.Unary<MishRule>(this);

    /// <summary>log(1 + e^(beta·x)) / beta, and x itself where beta · x is above the threshold.</summary>
    /// <param name="beta">The steepness; not 0.</param>
    /// <param name="threshold">Above this beta · x the function is the identity.</param>
    public Value Softplus(double beta = 1, double threshold = 20) => Tape.Attributed<SoftplusRule>(this, beta, threshold);

    /// <summary>x / (1 + |x|).</summary>
    public Value Softsign() => Tape.Binary<SoftsignRule>(this, this);

    /// <summary>x kept within [min, max]; the gradient at both bounds is 0.</summary>
    public Value Hardtanh(double min = -1, double max = 1) => Tape.Attributed<HardtanhRule>(this, min, max);

    /// <summary>min(max(x + 3, 0), 6) / 6.</summary>
    public Value Hardsigmoid() => Tape.Unary<HardsigmoidRule>(this);

    /// <summary>x · min(max(x + 3, 0), 6) / 6.</summary>
    public Value Hardswish() => Tape.Unary<HardswishRule>(this);

    /// <summary>x outside [−lambda, lambda], else 0.</summary>
    public Value Hardshrink(double lambda = 0.5) => Tape.Attributed<HardshrinkRule>(this, lambda);

    /// <summary>x moved towards 0 by lambda, and 0 within [−lambda, lambda].</summary>
    public Value Softshrink(double lambda = 0.5) => Tape.Attributed<SoftshrinkRule>(this, Require.FiniteNotNegative(lambda));

    /// <summary>x − tanh(x).</summary>
    public Value Tanhshrink() => Tape.Binary<TanhshrinkRule>(this, this);

    /// <summary>x where x is above the threshold, else the given number.</summary>
    public Value Threshold(double threshold, double value) => Tape.Attributed<ThresholdRule>(this, threshold, value);
}

internal readonly struct SigmoidRule : IUnaryRule
{
    public static string Name => "sigmoid";

    public static double Forward(double x) => 1 / (1 + Math.Exp(-x));

    public static double Vjp(double g, double x, double y) => g * (1 - y) * y;
}

internal readonly struct LogsigmoidRule : IUnaryRule
{
    public static string Name => "logsigmoid";

    public static double Forward(double x) =>
        // Stryker disable once Equality : < and <= part at 0 only, where both give ±0 − log 2.
        (x < 0 ? x : 0) - ElementaryFunctions.Current.Log1p(ElementaryFunctions.Current.VectorExp(-Math.Abs(x)));

    public static ElementaryFunction? VjpFunction => ElementaryFunction.VectorExp;

    public static double VjpArgument(double x) => -Math.Abs(x);

    public static double Vjp(double g, double x, double y) => VjpBy(ElementaryFunctions.Current.VectorExp(VjpArgument(x)), g, x);

    public static double VjpBy(double z, double g, double x)
    {
        var share = z / (1 + z);
        // Stryker disable once Equality : < and <= part at 0 only, where 1 − 1/2 and 0 + 1/2 are the same.
        return g * (x < 0 ? 1 - share : 0 - -1 * share);
    }
}

internal readonly struct ReluRule : IUnaryRule
{
    public static string Name => "relu";

    public static double Forward(double x) => x < 0 ? 0 : x;

    // torch: 0 at 0, g at NaN.
    public static double Vjp(double g, double x, double y) => y <= 0 ? 0 : g;
}

internal readonly struct Relu6Rule : IUnaryRule
{
    public static string Name => "relu6";

    public static double Forward(double x) => HardtanhRule.Forward(x, 0, 6);

    public static double Vjp(double g, double x, double y) => HardtanhRule.Vjp(g, x, 0, 6, y);
}

internal readonly struct LeakyReluRule : IAttributedRule
{
    public static string Name => "leaky_relu";

    public static double Forward(double x, double p, double q) => x > 0 ? x : x * p;

    public static double Vjp(double g, double x, double p, double q, double y) => x > 0 ? g : g * p;
}

internal readonly struct PreluRule : IBinaryRule
{
    public static string Name => "prelu";

    public static double Forward(double a, double b) => a > 0 ? a : b * a;

    public static double VjpA(double g, double a, double b, double y) => a > 0 ? g : b * g;

    public static double VjpB(double g, double a, double b, double y) => a > 0 ? 0 : a * g;
}

/// <summary>The formula that elu, selu and celu share: positive inputs scaled, others expm1(x·input) · negative.</summary>
internal static class EluFormula
{
    internal static double Forward(double x, double negative, double positive, double input) =>
        x < 0 ? CMath.Expm1(x * input) * negative : x * positive;

    // torch: the exponential's branch at 0, the other one at NaN.
    internal static double Vjp(double g, double x, double negative, double positive, double input) =>
        x <= 0 ? g * input * negative * Math.Exp(x * input) : g * positive;
}

internal readonly struct EluRule : IAttributedRule
{
    public static string Name => "elu";

    public static double Forward(double x, double p, double q) => EluFormula.Forward(x, p, 1, 1);

    public static double Vjp(double g, double x, double p, double q, double y) => EluFormula.Vjp(g, x, p, 1, 1);
}

internal readonly struct SeluRule : IUnaryRule
{
    private const double Alpha = 1.6732632423543772848170429916717;
    private const double Scale = 1.0507009873554804934193349852946;

    public static string Name => "selu";

    public static double Forward(double x) => EluFormula.Forward(x, Alpha * Scale, Scale, 1);

    public static double Vjp(double g, double x, double y) => EluFormula.Vjp(g, x, Alpha * Scale, Scale, 1);
}

internal readonly struct CeluRule : IAttributedRule
{
    public static string Name => "celu";

    public static double Forward(double x, double p, double q) => EluFormula.Forward(x, p, 1, q);

    public static double Vjp(double g, double x, double p, double q, double y) => EluFormula.Vjp(g, x, p, 1, q);
}

internal readonly struct GeluRule : IUnaryRule
{
    private const double SqrtHalf = 0.70710678118654752440;
    private const double TwoOverSqrtPi = 1.12837916709551257390;

    public static string Name => "gelu";

    public static double Forward(double x) => x * 0.5 * (1 + CMath.Erf(x * SqrtHalf));

    public static double Vjp(double g, double x, double y)
    {
        var cdf = 0.5 * (1 + CMath.Erf(x * SqrtHalf));
        var pdf = TwoOverSqrtPi * SqrtHalf * 0.5 * Math.Exp(x * x * -0.5);
        return g * (cdf + x * pdf);
    }
}

internal readonly struct GeluTanhRule : IUnaryRule
{
    private const double SqrtTwoOverPi = 1.41421356237309504880 * 1.12837916709551257390 * 0.5;
    private const double Kappa = 0.044715;

    public static string Name => "gelu_tanh";

    public static double Forward(double x) => 0.5 * x * (1 + Math.Tanh(Inner(x, x * x * x)));

    public static double Vjp(double g, double x, double y)
    {
        var square = x * x;
        var tanh = Math.Tanh(Inner(x, square * x));
        var slope = ElementaryFunctions.Current.MultiplyAdd(-tanh, tanh, 1);
        var inner = SqrtTwoOverPi * ElementaryFunctions.Current.MultiplyAdd(3 * Kappa, square, 1);
        return g * (0.5 * (1 + tanh) + 0.5 * x * slope * inner);
    }

    private static double Inner(double x, double cube) => SqrtTwoOverPi * ElementaryFunctions.Current.MultiplyAdd(Kappa, cube, x);
}

internal readonly struct SiluRule : IUnaryRule
{
    public static string Name => "silu";

    public static double Forward(double x) => x / (1 + Math.Exp(-x));

    public static double Vjp(double g, double x, double y)
    {
        var sigmoid = 1 / (1 + Math.Exp(-x));
        return g * sigmoid * ElementaryFunctions.Current.MultiplyAdd(x, 1 - sigmoid, 1);
    }
}

internal readonly struct MishRule : IUnaryRule
{
    public static string Name => "mish";

    public static double Forward(double x) => x * Math.Tanh(CMath.Log1p(Math.Exp(x)));

    public static double Vjp(double g, double x, double y)
    {
        var sigmoid = 1 / (1 + Math.Exp(-x));
        var tanh = Math.Tanh(CMath.Log1p(Math.Exp(x)));
        return g * ElementaryFunctions.Current.MultiplyAdd(x * sigmoid, ElementaryFunctions.Current.MultiplyAdd(-tanh, tanh, 1), tanh);
    }
}

internal readonly struct SoftplusRule : IAttributedRule
{
    public static string Name => "softplus";

    // torch: the identity strictly above the threshold.
    public static double Forward(double x, double p, double q) => x * p > q ? x : CMath.Log1p(Math.Exp(x * p)) / p;

    public static double Vjp(double g, double x, double p, double q, double y)
    {
        var z = Math.Exp(x * p);
        return x * p > q ? g : g * z / (z + 1);
    }
}

/// <summary>x / (|x| + 1). PyTorch composes it, so two contributions are accumulated into x's gradient: as the dividend, then through |x|.</summary>
internal readonly struct SoftsignRule : IBinaryRule
{
    public static string Name => "softsign";

    public static double Forward(double a, double b) => a / (Math.Abs(b) + 1);

    public static double VjpA(double g, double a, double b, double y) => g / (Math.Abs(b) + 1);

    public static double VjpB(double g, double a, double b, double y) => -g * (y / (Math.Abs(b) + 1)) * SignRule.Forward(b);
}

internal readonly struct HardtanhRule : IAttributedRule
{
    public static string Name => "hardtanh";

    public static double Forward(double x, double p, double q) => ClampRule.Forward(x, p, q);

    // torch: 0 at both bounds, g at NaN.
    public static double Vjp(double g, double x, double p, double q, double y) => x <= p || x >= q ? 0 : g;
}

internal readonly struct HardsigmoidRule : IUnaryRule
{
    // torch: a sixth in single precision, also for doubles.
    private const double Sixth = 1.0f / 6.0f;

    public static string Name => "hardsigmoid";

    public static double Forward(double x) => ClampRule.Forward(x + 3, 0, 6) / 6;

    public static double Vjp(double g, double x, double y) => x > -3 && x < 3 ? g * Sixth : 0;
}

internal readonly struct HardswishRule : IUnaryRule
{
    public static string Name => "hardswish";

    public static double Forward(double x) => x * ClampRule.Forward(x + 3, 0, 6) / 6;

    public static double Vjp(double g, double x, double y) =>
        x <= -3 ? 0
        : x < 3 ? g * (x / 3 + 0.5)
        : g;
}

internal readonly struct HardshrinkRule : IAttributedRule
{
    public static string Name => "hardshrink";

    public static double Forward(double x, double p, double q) => x >= -p && x <= p ? 0 : x;

    public static double Vjp(double g, double x, double p, double q, double y) => x >= -p && x <= p ? 0 : g;
}

internal readonly struct SoftshrinkRule : IAttributedRule
{
    public static string Name => "softshrink";

    public static double Forward(double x, double p, double q) =>
        x > p ? x - p
        : x < -p ? x + p
        : x * 0;

    public static double Vjp(double g, double x, double p, double q, double y) => x >= -p && x <= p ? 0 : g;
}

/// <summary>x − tanh(x). PyTorch composes it, so two contributions are accumulated into x's gradient: directly, then through tanh.</summary>
internal readonly struct TanhshrinkRule : IBinaryRule
{
    public static string Name => "tanhshrink";

    public static double Forward(double a, double b) => a - ElementaryFunctions.Current.Tanh(b);

    public static double VjpA(double g, double a, double b, double y) => g;

    public static double VjpB(double g, double a, double b, double y)
    {
        var tanh = ElementaryFunctions.Current.Tanh(b);
        return -g * ElementaryFunctions.Current.MultiplyAdd(-tanh, tanh, 1);
    }
}

internal readonly struct ThresholdRule : IAttributedRule
{
    public static string Name => "threshold";

    public static double Forward(double x, double p, double q) => x <= p ? q : x;

    public static double Vjp(double g, double x, double p, double q, double y) => x <= p ? 0 : g;
}
