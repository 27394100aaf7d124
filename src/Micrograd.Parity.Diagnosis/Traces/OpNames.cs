namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>Names that people and engines give to ops: those whose meaning is certain, and what to do about others.</summary>
internal static class OpNames
{
    /// <summary>The suffix of PyTorch's names for the backward of an op, as in <c>TanhBackward0</c>.</summary>
    private const string Backward = "backward";

    /// <summary>Names of each op, as <see cref="Plain"/> leaves them.</summary>
    private static readonly Dictionary<string, string> s_synonyms = new[]
    {
        "add: + plus addition iadd",
        "sub: minus subtract subtraction difference isub",
        "mul: * × times multiply multiplication imul",
        "div: / ÷ truediv truedivide divide division quotient itruediv",
        "remainder: % mod modulo imod",
        "pow: ** ^ power ipow",
        "neg: negative negate negation unaryminus uminus",
        "log: ln loge naturallog",
        "exp: exponential",
        "sqrt: squareroot",
        "square: sqr squared pow2",
        "abs: absolute fabs absolutevalue",
        "reciprocal: inv inverse recip",
        "sign: sgn signum",
        "sigmoid: logistic expit",
        "silu: swish",
        "gelutanh: gelunew geluapprox",
        "leakyrelu: lrelu leaky",
        "softplus: log1pexp",
        "logsigmoid: lsigmoid",
        "clamp: clip",
        "asin: arcsin",
        "acos: arccos",
        "atan: arctan",
        "atan2: arctan2",
        "asinh: arcsinh",
        "acosh: arccosh",
        "atanh: arctanh",
        "trunc: truncate",
        "sum: summation addn",
        "mean: average avg",
        "prod: product",
        "norm: l2norm norm2 vectornorm",
        "dot: dotproduct inner innerproduct vdot",
        "logsumexp: lse",
        "crossentropy: crossentropyloss softmaxcrossentropy",
        "step: heaviside binarystep unitstep",
        "identity: id copy clone noop",
    }
        .Select(line => line.Split(": "))
        .SelectMany(parts => parts[1].Split(' ').Select(name => (name, parts[0])))
        .ToDictionary(p => p.name, p => p.Item2, StringComparer.Ordinal);

    /// <summary>Methods by which Python computes with a number or node that stands first: the node is written first, and stands last.</summary>
    private static readonly Dictionary<string, string> s_reflected = new(StringComparer.Ordinal)
    {
        ["radd"] = "add",
        ["rsub"] = "sub",
        ["rmul"] = "mul",
        ["rtruediv"] = "div",
        ["rdiv"] = "div",
        ["rpow"] = "pow",
        ["rmod"] = "remainder",
    };

    /// <summary>Replacements for names that are no ops of numbers, or that may mean several.</summary>
    private static readonly Dictionary<string, string> s_advice = new[]
    {
        (
            "matmul mm mv bmm addmm addmv linear dense affine gemm einsum @ conv1d conv2d conv",
            "write a 'dot' per output, its parents the row and then the inputs; a bias is an 'add' after it."
        ),
        ("outer kron", "write a 'mul' per output."),
        ("mse mseloss l2loss squarederror", "write 'sub', 'square' and 'mean' or 'sum': each element is a node."),
        ("l1loss mae maeloss", "write 'sub', 'abs' and 'mean' or 'sum': each element is a node."),
        (
            "bce bceloss binarycrossentropy",
            "write the ops that it is made of ('log', 'mul', 'neg'), or 'binary_cross_entropy_with_logits' with the target in \"settings\"."
        ),
        ("nll nllloss", "write 'log_softmax' with the right class as its \"index\", and 'neg'; or 'cross_entropy' of the logits."),
        ("hinge hingeloss svm", "write 'relu' of the margin and the product."),
        ("dropout", "write 'mul' with a leaf that holds the mask's number."),
        ("batchnorm layernorm rmsnorm normalize", "write the ops that it is made of: 'mean', 'sub', 'square', 'rsqrt', 'mul'."),
        (
            "reshape view flatten transpose t permute squeeze unsqueeze stack cat concat concatenate getitem index slice select broadcast expand repeat unbind split",
            "it computes nothing. Leave it out, and name the elements themselves as parents."
        ),
        ("detach stopgradient nograd const constant", "what passes no gradient on is a leaf: write it without \"op\"."),
        ("leaf parameter param variable input data none", "a leaf has no \"op\"."),
        ("floordiv floordivide //", "write 'div' and then 'floor'."),
        ("rem", "write 'remainder', whose sign is the divisor's, as Python's %; or 'fmod', whose sign is the dividend's, as C's."),
        ("lg", "write 'log10', 'log2' or 'log'."),
        ("logit", "write 'log' of 'div' of x and 1 - x."),
        ("divmod", "write 'remainder', and 'floor' of 'div'."),
        ("cbrt", "write 'pow_number' with \"settings\": [0.3333333333333333]."),
        ("var variance std", "write the ops that it is made of: 'mean', 'sub', 'square' and 'sum'."),
        ("argmax argmin eq ne lt le gt ge equal less greater", "it passes no gradient on: write its result as a leaf."),
        ("softmin", "write 'softmax' of the negatives, with its \"index\"."),
    }
        .SelectMany(row => row.Item1.Split(' ').Select(name => (name, row.Item2)))
        .ToDictionary(p => p.name, p => p.Item2, StringComparer.Ordinal);

    /// <summary>The other names that are known.</summary>
    internal static IEnumerable<string> Known => s_synonyms.Keys.Concat(s_reflected.Keys).Where(name => name.Length > 2);

    /// <summary>An op's name without underscores, in lower case.</summary>
    internal static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>The plain name of the op that a name means; the name itself where it has no other.</summary>
    /// <param name="written">The name as written.</param>
    /// <param name="operands">Number of operands.</param>
    /// <param name="isReflected">True if its operands are written in the reverse order.</param>
    internal static string Resolve(string written, int operands, out bool isReflected)
    {
        var plain = Plain(written);
        if (plain.TrimEnd('0', '1') is var begun && begun.EndsWith(Backward, StringComparison.Ordinal) && begun.Length > Backward.Length)
            plain = begun[..^Backward.Length];
        isReflected = s_reflected.TryGetValue(plain, out var reflected);
        return isReflected ? reflected!
            : plain is "max" or "min" ? (operands == 2 ? $"{plain}imum" : $"a{plain}")
            : plain is "-" ? "sub"
            : plain is "minus" && operands == 1 ? "neg"
            : plain is "linear" && operands == 1 ? "identity"
            : s_synonyms.GetValueOrDefault(plain, plain);
    }

    /// <summary>Replacement for a name; null where nothing is known of it.</summary>
    internal static string? Advice(string written) =>
        WrittenOps.Powers.Any(p => written.StartsWith(p, StringComparison.Ordinal))
            ? "write '**' and a number behind it, or '**' with two parents."
            : s_advice.GetValueOrDefault(Plain(written));
}
