namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// How many ulps an honest engine's result of an op, and its share of a gradient, may be from PyTorch's, given the same numbers: what two
/// implementations of the op's formula round in all.
/// </summary>
/// <remarks>
/// A call of the C library counts 5: twice the 2.5 ulps that Java's specification, the loosest of the common ones, grants <c>tanh</c>,
/// <c>sinh</c> and <c>cosh</c>, once for each side. A rounded operation counts 1: half an ulp for each side. What a single correctly
/// rounded operation or a selection gives is the same everywhere, and counts 0.
/// </remarks>
internal static class Roundings
{
    /// <summary>A call of the C library.</summary>
    internal const int Call = 5;

    /// <summary>What composing an op of others may add: a call, and two operations around it.</summary>
    internal const int Composition = Call + 2;

    /// <summary>Ops that engines compose of exponentials, with numbers of about 1 on the way: their rounding is that of 1.</summary>
    private static readonly HashSet<string> s_throughOne = new(StringComparer.Ordinal)
    {
        "tanh",
        "sigmoid",
        "logsigmoid",
        "binary_cross_entropy_with_logits",
        "softplus",
        "log1p",
        "expm1",
        "logaddexp",
        "silu",
        "mish",
        "elu",
        "selu",
        "celu",
        "gelu",
        "gelu_tanh",
        "tanhshrink",
        "sinh",
        "cosh",
        "asinh",
        "acosh",
        "atanh",
        "erf",
        "erfc",
    };

    private static readonly Dictionary<string, (int Value, int Share)> s_ulps = new(StringComparer.Ordinal)
    {
        // The share of b is −g·(y/b), or g·a/b² with a sign.
        ["div"] = (0, 3),
        ["number_div"] = (0, 3),
        ["div_number"] = (0, 2),
        ["lerp"] = (3, 3),
        ["mean"] = (1, 1),
        ["pow_number"] = (Call, Call + 2),
        ["pow"] = (Call, (2 * Call) + 2),
        ["number_pow"] = (Call, (2 * Call) + 2),
        ["square"] = (1, 2),
        ["reciprocal"] = (0, 3),
        ["sqrt"] = (1, 3),
        ["rsqrt"] = (2, 4),
        ["hypot"] = (Call, 2),
        ["exp"] = (Call, 1),
        ["exp2"] = (Call, 2),
        ["expm1"] = (Call, 2),
        ["log"] = (Call, 1),
        ["log2"] = (Call, 2),
        ["log10"] = (Call, 2),
        ["log1p"] = (Call, 2),
        ["xlogy"] = (Call + 1, Call + 2),
        ["logaddexp"] = ((2 * Call) + 2, (2 * Call) + 3),
        ["erf"] = (Call, Call + 3),
        ["erfc"] = (Call, Call + 3),
        ["sin"] = (Call, Call + 1),
        ["cos"] = (Call, Call + 1),
        ["tan"] = (Call, 3),
        ["asin"] = (Call, 4),
        ["acos"] = (Call, 4),
        ["atan"] = (Call, 3),
        ["atan2"] = (Call, 5),
        ["sinh"] = (Call, Call + 1),
        ["cosh"] = (Call, Call + 1),
        ["tanh"] = (Call, 3),
        ["asinh"] = (Call, 4),
        ["acosh"] = (Call, 4),
        ["atanh"] = (Call, 4),
        ["sigmoid"] = (Call + 2, 3),
        ["logsigmoid"] = ((2 * Call) + 1, Call + 3),
        ["binary_cross_entropy_with_logits"] = ((2 * Call) + 3, Call + 4),
        ["elu"] = (Call + 2, Call + 2),
        ["selu"] = (Call + 3, Call + 3),
        ["celu"] = (Call + 3, Call + 3),
        ["gelu"] = (Call + 3, (2 * Call) + 5),
        ["gelu_tanh"] = (Call + 8, Call + 12),
        ["silu"] = (Call + 2, Call + 6),
        ["mish"] = ((3 * Call) + 1, (3 * Call) + 8),
        ["softplus"] = ((2 * Call) + 2, Call + 3),
        ["softsign"] = (2, 4),
        ["hardsigmoid"] = (2, 1),
        ["hardswish"] = (3, 4),
        ["tanhshrink"] = (Call + 1, 3),
        ["remainder"] = (1, 2),
        ["fmod"] = (0, 2),
    };

    /// <summary>Whether an op may be computed through numbers of about 1, whatever its own size.</summary>
    internal static bool PassesThroughOne(string op) => s_throughOne.Contains(op);

    /// <summary>
    /// The size of an operand that is rounded: its own, of sine, cosine and tangent no more than a period, to which mathematical libraries
    /// reduce it exactly.
    /// </summary>
    internal static double SizeOf(string op, double operand) =>
        op is "sin" or "cos" or "tan" ? Math.Min(Math.Abs(operand), 2 * Math.PI) : Math.Abs(operand);

    /// <summary>
    /// The number that an op's result is what is left of, where its operands moved by some floats do not tell so: near 0 tanhshrink is of
    /// the third order, and tanh of the first.
    /// </summary>
    internal static double LeftOf(string op, double[] operands) => op == "tanhshrink" ? Math.Abs(Math.Tanh(operands[0])) : 0;

    /// <summary>The same of what an op passes on to an operand: tanhshrink's is the upstream gradient less nearly as much.</summary>
    internal static double ShareIsLeftOf(string op, double upstream) => op == "tanhshrink" ? Math.Abs(upstream) : 0;

    /// <summary>Of an op's result.</summary>
    internal static int OfValue(string op) => s_ulps.GetValueOrDefault(op).Value;

    /// <summary>Of what an op passes on to an operand.</summary>
    internal static int OfShare(string op) => s_ulps.GetValueOrDefault(op).Share;
}
