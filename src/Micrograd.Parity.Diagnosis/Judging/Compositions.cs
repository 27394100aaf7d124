using Micrograd.Parity.Diagnosis.Traces;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Alternative compositions of an op from more basic operations, as engines use them; they round differently.</summary>
internal static class Compositions
{
    /// <summary>The only composition that is a single call; its last digits depend on the engine's math library.</summary>
    private const string Pow = "the C library's pow";

    private static readonly Dictionary<string, (string Says, Func<double[], double[], double> Value)[]> s_all = new(StringComparer.Ordinal)
    {
        ["div"] =
        [
            ("a product with the power −1", (x, _) => x[0] * Math.Pow(x[1], -1)),
            ("a product with the reciprocal", (x, _) => x[0] * (1 / x[1])),
        ],
        ["sub"] = [("a sum with the negative", (x, _) => x[0] + (-1 * x[1]))],
        ["neg"] = [("a product with −1", (x, _) => -1 * x[0]), ("a difference from 0", (x, _) => 0 - x[0])],
        ["mean"] = [("a product with 1/n", (x, _) => x.Aggregate((a, b) => a + b) * (1.0 / x.Length))],
        ["pow_number"] =
        [
            (Pow, (x, s) => Math.Pow(x[0], s[0])),
            ("exp(n·log x)", (x, s) => Math.Exp(s[0] * Math.Log(x[0]))),
            ("the reciprocal of a power", (x, s) => 1 / Math.Pow(x[0], -s[0])),
        ],
        ["pow"] = [("exp(b·log a)", (x, _) => Math.Exp(x[1] * Math.Log(x[0])))],
        ["square"] = [(Pow, (x, _) => Math.Pow(x[0], 2))],
        ["reciprocal"] = [(Pow, (x, _) => Math.Pow(x[0], -1))],
        ["sqrt"] = [("the power 0.5", (x, _) => Math.Pow(x[0], 0.5))],
        ["rsqrt"] = [("the power −0.5", (x, _) => Math.Pow(x[0], -0.5))],
        ["log1p"] = [("log(1 + x)", (x, _) => Math.Log(1 + x[0]))],
        ["expm1"] = [("exp(x) − 1", (x, _) => Math.Exp(x[0]) - 1)],
        ["exp2"] = [("the power of 2", (x, _) => Math.Pow(2, x[0]))],
        ["log2"] = [("log(x)/log(2)", (x, _) => Math.Log(x[0]) / Math.Log(2))],
        ["log10"] = [("log(x)/log(10)", (x, _) => Math.Log(x[0]) / Math.Log(10))],
        ["tanh"] =
        [
            ("(e²ˣ − 1)/(e²ˣ + 1)", (x, _) => (Math.Exp(2 * x[0]) - 1) / (Math.Exp(2 * x[0]) + 1)),
            ("(eˣ − e⁻ˣ)/(eˣ + e⁻ˣ)", (x, _) => (Math.Exp(x[0]) - Math.Exp(-x[0])) / (Math.Exp(x[0]) + Math.Exp(-x[0]))),
            ("1 − 2/(e²ˣ + 1)", (x, _) => 1 - (2 / (Math.Exp(2 * x[0]) + 1))),
            ("2·sigmoid(2x) − 1", (x, _) => (2 / (1 + Math.Exp(-2 * x[0]))) - 1),
        ],
        ["sigmoid"] =
        [
            ("eˣ/(1 + eˣ)", (x, _) => Math.Exp(x[0]) / (1 + Math.Exp(x[0]))),
            ("(1 + tanh(x/2))/2", (x, _) => 0.5 * (1 + Math.Tanh(x[0] / 2))),
        ],
        ["logsigmoid"] =
        [
            ("the logarithm of the sigmoid", (x, _) => Math.Log(1 / (1 + Math.Exp(-x[0])))),
            ("−log(1 + e⁻ˣ)", (x, _) => -Math.Log(1 + Math.Exp(-x[0]))),
        ],
        ["softplus"] = [("log(1 + eˣ)", (x, s) => Math.Log(1 + Math.Exp(s[0] * x[0])) / s[0])],
        ["silu"] = [("a product with the sigmoid", (x, _) => x[0] * (1 / (1 + Math.Exp(-x[0]))))],
        ["logaddexp"] = [("log(eᵃ + eᵇ)", (x, _) => Math.Log(Math.Exp(x[0]) + Math.Exp(x[1])))],
    };

    /// <summary>Names of the ops that have alternative compositions.</summary>
    public static IEnumerable<string> Ops => s_all.Keys;

    /// <summary>True if engines may compute the op with the C library's pow.</summary>
    internal static bool IsPower(string op) => s_all.TryGetValue(op, out var compositions) && Array.Exists(compositions, c => c.Says == Pow);

    /// <summary>True if an op has alternative compositions.</summary>
    internal static bool Has(string op) => s_all.ContainsKey(op);

    /// <summary>Results of each alternative composition of an op at the given operands.</summary>
    public static IEnumerable<double> Values(string op, double[] operands, double[] settings) =>
        s_all.TryGetValue(op, out var compositions) ? compositions.Select(c => c.Value(operands, settings)) : [];

    /// <summary>An op's value by one of its compositions, by their number; null if it has none.</summary>
    internal static double? Value(string op, double[] operands, double[] settings, int number) =>
        s_all.TryGetValue(op, out var compositions) ? compositions[number % compositions.Length].Value(operands, settings) : null;

    /// <summary>Describes the composition that reproduces a recorded number bit for bit; null if none does.</summary>
    internal static string? Explaining(GraphNode node, double[] operands, double recorded)
    {
        if (!double.IsFinite(recorded) || !s_all.TryGetValue(node.Op!, out var compositions))
            return null;
        foreach (var (says, value) in compositions)
        {
            if (value(operands, node.Settings).Equals(recorded))
                return says;
        }

        return null;
    }
}
