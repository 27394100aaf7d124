using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>
/// The derivative of every op with respect to each operand, as formulas to read, with the ways in which people get it wrong that no general
/// rule makes: a factor or term left out, the upstream gradient applied to a part, an exponent off by one.
/// </summary>
internal static class Derivatives
{
    private const double Ln2 = 0.6931471805599453;
    private const double Ln10 = 2.302585092994046;
    private const double TwoOverSqrtPi = 1.1283791670955126;

    internal static IReadOnlyList<OpDerivatives> All { get; } =
    [
        Of("add", "1", "1"),
        Of("sub", "1", "−1"),
        Of("mul", "b", "a"),
        Of("div", "1/b", "−a/b²")
            .Missing(1, "−g/b²", (g, x, y, s) => -g / (x[1] * x[1]))
            .Missing(1, "−g·a", (g, x, y, s) => -g * x[0])
            .Exponent(1, "−g·a/b", (g, x, y, s) => -g * x[0] / x[1]),
        Of("neg", "−1"),
        Of("add_number", "1"),
        Of("number_sub", "−1"),
        Of("mul_number", "n"),
        Of("div_number", "1/n").Exponent(0, "g·n", (g, x, y, s) => g * s[0]),
        Of("number_div", "−n/x²").Missing(0, "−g/x²", (g, x, y, s) => -g / (x[0] * x[0])).Exponent(0, "−g·n/x", (g, x, y, s) => -g * s[0] / x[0]),
        Of("fmod", "1", "−trunc(a/b)").Exponent(1, "−g·floor(a/b)", (g, x, y, s) => -g * Math.Floor(x[0] / x[1])),
        Of("remainder", "1", "−floor(a/b)").Exponent(1, "−g·trunc(a/b)", (g, x, y, s) => -g * Math.Truncate(x[0] / x[1])),
        Of("lerp", "1 − w", "w", "b − a")
            .Part(0, "g − w", (g, x, y, s) => g - x[2])
            .Part(0, "1 − g·w", (g, x, y, s) => 1 - g * x[2])
            .Part(2, "g·b − a", (g, x, y, s) => g * x[1] - x[0])
            .Missing(2, "g·b", (g, x, y, s) => g * x[1]),
        Of("sum", "1"),
        Of("mean", "1/n"),
        Of("pow_number", "n·xⁿ⁻¹")
            .Missing(0, "g·xⁿ⁻¹", (g, x, y, s) => g * Math.Pow(x[0], s[0] - 1))
            .Missing(0, "g·n", (g, x, y, s) => g * s[0])
            .Exponent(0, "g·n·xⁿ", (g, x, y, s) => g * s[0] * Math.Pow(x[0], s[0]))
            .Exponent(0, "g·n·xⁿ⁻²", (g, x, y, s) => g * s[0] * Math.Pow(x[0], s[0] - 2))
            .Exponent(0, "g·(n − 1)·xⁿ⁻¹", (g, x, y, s) => g * (s[0] - 1) * Math.Pow(x[0], s[0] - 1)),
        Of("pow", "b·aᵇ⁻¹", "aᵇ·ln a")
            .Missing(0, "g·aᵇ⁻¹", (g, x, y, s) => g * Math.Pow(x[0], x[1] - 1))
            .Missing(1, "g·aᵇ", (g, x, y, s) => g * y)
            .Missing(1, "g·ln a", (g, x, y, s) => g * Math.Log(x[0]))
            .Exponent(0, "g·b·aᵇ", (g, x, y, s) => g * x[1] * y)
            .Exponent(1, "g·b·aᵇ⁻¹", (g, x, y, s) => g * x[1] * Math.Pow(x[0], x[1] - 1)),
        Of("number_pow", "nˣ·ln n")
            .ByOutput("y·ln n", (y, s) => y * Math.Log(s[0]))
            .Missing(0, "g·nˣ", (g, x, y, s) => g * y)
            .Missing(0, "g·ln n", (g, x, y, s) => g * Math.Log(s[0]))
            .Exponent(0, "g·x·nˣ⁻¹", (g, x, y, s) => g * x[0] * Math.Pow(s[0], x[0] - 1)),
        Of("square", "2x")
            .Missing(0, "g·x", (g, x, y, s) => g * x[0])
            .Missing(0, "g·2", (g, x, y, s) => g * 2)
            .Exponent(0, "g·2x²", (g, x, y, s) => g * 2 * x[0] * x[0]),
        Of("reciprocal", "−1/x²").ByOutput("−y²", (y, s) => -y * y).Exponent(0, "−g/x", (g, x, y, s) => -g / x[0]),
        Of("sqrt", "1/(2√x)")
            .ByOutput("1/(2y)", (y, s) => 1 / (2 * y))
            .Missing(0, "g/√x", (g, x, y, s) => g / y)
            .Exponent(0, "g·√x/2", (g, x, y, s) => g * y / 2),
        Of("rsqrt", "−1/(2x√x)")
            .ByOutput("−y³/2", (y, s) => -0.5 * y * y * y)
            .Missing(0, "−g/(x√x)", (g, x, y, s) => -g * y * y * y)
            .Exponent(0, "−g/(2√x)", (g, x, y, s) => -0.5 * g * y),
        Of("hypot", "a/√(a² + b²)", "b/√(a² + b²)")
            .Missing(0, "g·a", (g, x, y, s) => g * x[0])
            .Missing(1, "g·b", (g, x, y, s) => g * x[1])
            .Exponent(0, "g·a/(a² + b²)", (g, x, y, s) => g * x[0] / (y * y))
            .Exponent(1, "g·b/(a² + b²)", (g, x, y, s) => g * x[1] / (y * y)),
        Of("exp", "eˣ").ByOutput("y", (y, s) => y).Exponent(0, "g·x·eˣ⁻¹", (g, x, y, s) => g * x[0] * Math.Exp(x[0] - 1)),
        Of("exp2", "2ˣ·ln 2")
            .ByOutput("y·ln 2", (y, s) => y * Ln2)
            .Missing(0, "g·2ˣ", (g, x, y, s) => g * y)
            .Exponent(0, "g·x·2ˣ⁻¹", (g, x, y, s) => g * x[0] * Math.Pow(2, x[0] - 1)),
        Of("expm1", "eˣ")
            .ByOutput("y + 1", (y, s) => y + 1)
            .Missing(0, "g·(eˣ − 1)", (g, x, y, s) => g * y)
            .Part(0, "g·y + 1", (g, x, y, s) => g * y + 1),
        Of("log", "1/x").Exponent(0, "g/x²", (g, x, y, s) => g / (x[0] * x[0])),
        Of("log2", "1/(x·ln 2)").Missing(0, "g/x", (g, x, y, s) => g / x[0]),
        Of("log10", "1/(x·ln 10)").Missing(0, "g/x", (g, x, y, s) => g / x[0]).Missing(0, "g/ln 10", (g, x, y, s) => g / Ln10),
        Of("log1p", "1/(1 + x)").Missing(0, "g/x", (g, x, y, s) => g / x[0]).Part(0, "g/1 + 1/x", (g, x, y, s) => g + 1 / x[0]),
        Of("xlogy", "ln b", "a/b").Missing(1, "g/b", (g, x, y, s) => g / x[1]).Missing(1, "g·a", (g, x, y, s) => g * x[0]),
        Of("logaddexp", "eᵃ/(eᵃ + eᵇ)", "eᵇ/(eᵃ + eᵇ)"),
        Of("erf", "2/√π·e^(−x²)")
            .Missing(0, "g·e^(−x²)", (g, x, y, s) => g * Math.Exp(-x[0] * x[0]))
            .Exponent(0, "g·2/√π·e^(−x)", (g, x, y, s) => g * TwoOverSqrtPi * Math.Exp(-x[0])),
        Of("erfc", "−2/√π·e^(−x²)")
            .Missing(0, "−g·e^(−x²)", (g, x, y, s) => -g * Math.Exp(-x[0] * x[0]))
            .Exponent(0, "−g·2/√π·e^(−x)", (g, x, y, s) => -g * TwoOverSqrtPi * Math.Exp(-x[0])),
        Of("sin", "cos x"),
        Of("cos", "−sin x"),
        Of("tan", "1 + tan²x")
            .ByOutput("1 + y²", (y, s) => 1 + y * y)
            .Part(0, "1 + g·y²", (g, x, y, s) => 1 + g * y * y)
            .Part(0, "g + y²", (g, x, y, s) => g + y * y)
            .Exponent(0, "g·(1 + y)", (g, x, y, s) => g * (1 + y)),
        Of("asin", "1/√(1 − x²)")
            .Exponent(0, "g/(1 − x²)", (g, x, y, s) => g / (1 - x[0] * x[0]))
            .Exponent(0, "g/√(1 − x)", (g, x, y, s) => g / Math.Sqrt(1 - x[0])),
        Of("acos", "−1/√(1 − x²)")
            .Exponent(0, "−g/(1 − x²)", (g, x, y, s) => -g / (1 - x[0] * x[0]))
            .Exponent(0, "−g/√(1 − x)", (g, x, y, s) => -g / Math.Sqrt(1 - x[0])),
        Of("atan", "1/(1 + x²)").Part(0, "g + 1/x²", (g, x, y, s) => g + 1 / (x[0] * x[0])).Exponent(0, "g/(1 + x)", (g, x, y, s) => g / (1 + x[0])),
        Of("atan2", "b/(a² + b²)", "−a/(a² + b²)")
            .Missing(0, "g·b", (g, x, y, s) => g * x[1])
            .Missing(1, "−g·a", (g, x, y, s) => -g * x[0])
            .Exponent(0, "g·b/√(a² + b²)", (g, x, y, s) => g * x[1] / Math.Sqrt(x[0] * x[0] + x[1] * x[1]))
            .Exponent(1, "−g·a/√(a² + b²)", (g, x, y, s) => -g * x[0] / Math.Sqrt(x[0] * x[0] + x[1] * x[1])),
        Of("sinh", "cosh x"),
        Of("cosh", "sinh x"),
        Of("tanh", "1 − tanh²x")
            .ByOutput("1 − y²", (y, s) => 1 - y * y)
            .Part(0, "1 − g·y²", (g, x, y, s) => 1 - g * y * y)
            .Part(0, "g − y²", (g, x, y, s) => g - y * y)
            .Exponent(0, "g·(1 − y)", (g, x, y, s) => g * (1 - y)),
        Of("asinh", "1/√(x² + 1)").Exponent(0, "g/(x² + 1)", (g, x, y, s) => g / (x[0] * x[0] + 1)),
        Of("acosh", "1/√(x² − 1)")
            .Exponent(0, "g/(x² − 1)", (g, x, y, s) => g / (x[0] * x[0] - 1))
            .Exponent(0, "g/√(x − 1)", (g, x, y, s) => g / Math.Sqrt(x[0] - 1)),
        Of("atanh", "1/(1 − x²)").Exponent(0, "g/(1 − x)", (g, x, y, s) => g / (1 - x[0])),
        Of("sigmoid", "σ(x)·(1 − σ(x))")
            .ByOutput("y·(1 − y)", (y, s) => y * (1 - y))
            .Missing(0, "g·y", (g, x, y, s) => g * y)
            .Missing(0, "g·(1 − y)", (g, x, y, s) => g * (1 - y))
            .Part(0, "g·y − y²", (g, x, y, s) => g * y - y * y)
            .Part(0, "y − g·y²", (g, x, y, s) => y - g * y * y)
            .Exponent(0, "g·y·(1 − y²)", (g, x, y, s) => g * y * (1 - y * y)),
        Of("logsigmoid", "1 − σ(x)")
            .ByOutput("1 − e^y", (y, s) => 1 - Math.Exp(y))
            .Missing(0, "g·σ(x)", (g, x, y, s) => g * Math.Exp(y))
            .Part(0, "1 − g·σ(x)", (g, x, y, s) => 1 - g * Math.Exp(y)),
        Of("relu", "1 for x > 0, else 0"),
        Of("relu6", "1 for 0 < x < 6, else 0").Missing(0, "g for x > 0, else 0", (g, x, y, s) => x[0] > 0 ? g : 0),
        Of("leaky_relu", "1 for x > 0, else slope").Missing(0, "g for x > 0, else 0", (g, x, y, s) => x[0] > 0 ? g : 0),
        Of("prelu", "1 for a > 0, else b", "0 for a > 0, else a")
            .Missing(0, "g for a > 0, else 0", (g, x, y, s) => x[0] > 0 ? g : 0)
            .Missing(1, "g·a", (g, x, y, s) => g * x[0]),
        Of("elu", "1 for x > 0, else α·eˣ")
            .ByOutput("1 for x > 0, else y + α", (y, s) => y > 0 ? 1 : y + s[0])
            .Missing(0, "g for x > 0, else g·eˣ", (g, x, y, s) => x[0] > 0 ? g : g * Math.Exp(x[0]))
            .Missing(0, "g for x > 0, else g·y", (g, x, y, s) => x[0] > 0 ? g : g * y),
        Of("selu", "s for x > 0, else s·α·eˣ")
            .Missing(0, "g for x > 0, else g·α·eˣ", (g, x, y, s) => x[0] > 0 ? g : g * 1.6732632423543772 * Math.Exp(x[0]))
            .Missing(0, "g·s for x > 0, else g·y", (g, x, y, s) => x[0] > 0 ? g * 1.0507009873554805 : g * y),
        Of("celu", "1 for x > 0, else e^(x/α)")
            .Missing(0, "g for x > 0, else g·eˣ", (g, x, y, s) => x[0] > 0 ? g : g * Math.Exp(x[0]))
            .Missing(0, "g for x > 0, else g·y", (g, x, y, s) => x[0] > 0 ? g : g * y),
        Of("gelu", "Φ(x) + x·φ(x)")
            .Missing(0, "g·Φ(x)", (g, x, y, s) => g * y / x[0])
            .Part(0, "Φ(x) + g·x·φ(x)", (g, x, y, s) => y / x[0] + g * x[0] * Density(x[0]))
            .Part(0, "g·Φ(x) + x·φ(x)", (g, x, y, s) => g * y / x[0] + x[0] * Density(x[0])),
        Of("gelu_tanh", "½(1 + tanh u) + ½x·(1 − tanh²u)·u′, u = √(2/π)·(x + 0.044715x³)")
            .Missing(0, "g·½(1 + tanh u)", (g, x, y, s) => g * y / x[0])
            .Part(0, "½(1 + tanh u) + g·(the rest)", (g, x, y, s) => y / x[0] + g * (GeluTanhSlope(x[0]) - y / x[0])),
        Of("silu", "σ(x)·(1 + x·(1 − σ(x)))")
            .Missing(0, "g·σ(x)", (g, x, y, s) => g * y / x[0])
            .Part(0, "σ(x) + g·x·σ(x)·(1 − σ(x))", (g, x, y, s) => y / x[0] + g * y * (1 - y / x[0]))
            .Part(0, "g·σ(x) + x·σ(x)·(1 − σ(x))", (g, x, y, s) => g * y / x[0] + y * (1 - y / x[0])),
        Of("mish", "tanh(sp) + x·σ(x)·(1 − tanh²(sp)), sp = softplus(x)").Missing(0, "g·tanh(sp)", (g, x, y, s) => g * y / x[0]),
        Of("softplus", "σ(β·x)")
            .Missing(0, "g·σ(x)", (g, x, y, s) => g / (1 + Math.Exp(-x[0])))
            .Missing(0, "g·β·σ(β·x)", (g, x, y, s) => g * s[0] / (1 + Math.Exp(-s[0] * x[0]))),
        Of("softsign", "1/(1 + |x|)²")
            .ByOutput("(1 − |y|)²", (y, s) => (1 - Math.Abs(y)) * (1 - Math.Abs(y)))
            .Exponent(0, "g/(1 + |x|)", (g, x, y, s) => g / (1 + Math.Abs(x[0]))),
        Of("hardtanh", "1 for min < x < max, else 0"),
        Of("hardsigmoid", "1/6 for −3 < x < 3, else 0").Missing(0, "g for −3 < x < 3, else 0", (g, x, y, s) => x[0] > -3 && x[0] < 3 ? g : 0),
        Of("hardswish", "x/3 + ½ for −3 ≤ x ≤ 3, 0 below, 1 above")
            .Missing(0, "g·x/3 within", (g, x, y, s) => x[0] < -3 ? 0
                : x[0] <= 3 ? g * x[0] / 3
                : g)
            .Part(0, "x/3 + g·½ within", (g, x, y, s) => x[0] < -3 ? 0
                : x[0] <= 3 ? x[0] / 3 + g * 0.5
                : g)
            .Part(0, "g·x/3 + ½ within", (g, x, y, s) => x[0] < -3 ? 0
                : x[0] <= 3 ? g * x[0] / 3 + 0.5
                : g),
        Of("hardshrink", "0 for −λ ≤ x ≤ λ, else 1"),
        Of("softshrink", "0 for −λ ≤ x ≤ λ, else 1"),
        Of("tanhshrink", "tanh²x")
            .Missing(0, "−g·(1 − tanh²x)", (g, x, y, s) => -g * (1 - Math.Tanh(x[0]) * Math.Tanh(x[0])))
            .Part(0, "1 − g·(1 − tanh²x)", (g, x, y, s) => 1 - g * (1 - Math.Tanh(x[0]) * Math.Tanh(x[0])))
            .Exponent(0, "g·tanh x", (g, x, y, s) => g * Math.Tanh(x[0])),
        Of("threshold", "1 for x > threshold, else 0"),
        Of("abs", "the sign of x"),
        Of("sign", "0"),
        Tie("maximum", "1 where a > b, ½ where they tie, else 0", "1 where b > a, ½ where they tie, else 0"),
        Tie("minimum", "1 where a < b, ½ where they tie, else 0", "1 where b < a, ½ where they tie, else 0"),
        Tie("fmax", "1 where a ≥ b, else 0", "1 where b > a, else 0"),
        Tie("fmin", "1 where a ≤ b, else 0", "1 where b < a, else 0"),
        Of("clamp", "1 for min ≤ x ≤ max, else 0"),
        Of("where", "0", "1 where the condition holds, else 0", "0 where the condition holds, else 1")
            .Missing(1, "g, whatever the condition", (g, x, y, s) => g),
        Of("floor", "0"),
        Of("ceil", "0"),
        Of("round", "0"),
        Of("trunc", "0"),
        Of("frac", "1"),
    ];

    /// <summary>An op's row; for an op without a row only the general faults, with f′ for its derivative.</summary>
    internal static OpDerivatives Of(Op op) => All.SingleOrDefault(d => d.Op == op.Name) ?? Of(op.Name, "f′");

    private static OpDerivatives Of(string op, params string[] derivatives) => new(op, derivatives);

    /// <summary>An op of two operands that may tie: who gets the gradient then is a choice.</summary>
    private static OpDerivatives Tie(string op, string first, string second) =>
        Of(op, first, second)
            .AtTie("all to the first", 1, 0)
            .AtTie("all to the second", 0, 1)
            .AtTie("all to both", 1, 1)
            .AtTie("half to each", 0.5, 0.5)
            .AtTie("nothing to either", 0, 0);

    private static double Density(double x) => Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);

    private static double GeluTanhSlope(double x)
    {
        var tanh = Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
        return 0.5 * (1 + tanh) + 0.5 * x * (1 - tanh * tanh) * Math.Sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
    }
}
