using Micrograd.Parity.Catalogue;
using Micrograd.Parity.Formulas;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Comparisons.Ops;

public static class Activations
{
    public static IReadOnlyList<Op> Rows { get; } =
    [
        Op.Unary("sigmoid", x => x.Sigmoid(), x => x.sigmoid(), Formula.Of(Sigmoid, (g, x, y) => g * (1 - y) * y)),
        Op.Unary(
            "logsigmoid",
            x => x.Logsigmoid(),
            x => F.logsigmoid(x),
            Formula.Of(x => Term.If(x < 0, x, 0) - (-x.Abs()).Exp().Log1p(), LogsigmoidShare),
            kinks: [0]),
        Op.Unary(
            "relu",
            x => x.Relu(),
            x => x.relu(),
            Formula.Of(x => Term.If(x < 0, 0, x), (g, x, y) => Term.If(y <= 0, 0, g)),
            kinks: [0]),
        Op.Unary(
            "relu6",
            x => x.Relu6(),
            x => F.relu6(x),
            Formula.Of(x => Piecewise.Clamped(x, 0, 6), (g, x, y) => Inside(g, x, 0, 6)),
            kinks: [0, 6]),
        Op.Setting(
            "leaky_relu",
            [[0.01], [0.2]],
            (x, s) => x.LeakyRelu(s[0]),
            (x, s) => F.leaky_relu(x, s[0]),
            Formula.Of((x, s) => Term.If(x > 0, x, x * s[0]), (g, x, y, s) => Term.If(x > 0, g, g * s[0])),
            kinks: [0]),
        Op.Binary("prelu", (x, weight) => x.Prelu(weight), (x, weight) => F.prelu(x, weight), Formula.Of(
            (a, b) => Term.If(a > 0, a, b * a),
            (g, a, b, y) => Term.If(a > 0, g, b * g),
            (g, a, b, y) => Term.If(a > 0, 0, 0 + a * g)), kinks: [0, 0.25]).Alone(),
        Op.Setting(
            "elu",
            [[1], [0.5]],
            (x, s) => x.Elu(s[0]),
            (x, s) => F.elu(x, s[0]),
            Formula.Of((x, s) => Elu(x, s[0], 1, 1), (g, x, y, s) => EluShare(g, x, s[0], 1, 1)),
            kinks: [0]),
        Op.Unary(
            "selu",
            x => x.Selu(),
            x => F.selu(x),
            Formula.Of(x => Elu(x, SeluAlpha * SeluScale, SeluScale, 1), (g, x, y) => EluShare(g, x, SeluAlpha * SeluScale, SeluScale, 1)),
            kinks: [0]),
        Op.Setting(
            "celu",
            [[1], [2]],
            (x, s) => x.Celu(s[0]),
            (x, s) => F.celu(x, s[0]),
            Formula.Of((x, s) => Elu(x, s[0], 1, 1 / s[0]), (g, x, y, s) => EluShare(g, x, s[0], 1, 1 / s[0])),
            kinks: [0]),
        Op.Unary("gelu", x => x.Gelu(), x => F.gelu(x), Formula.Of(x => x * 0.5 * (1 + (x * Irrational.SqrtHalf).ErfOfGelu()), GeluShare)),

        // TorchSharp offers no approximate form of gelu: both sides record the formula, operation by operation.
        Op.Unary(
            "gelu_tanh",
            x => x.GeluTanh(),
            x => 0.5 * x * (1 + (0.7978845608028654 * (x + 0.044715 * x.pow(3))).tanh()),
            Formula.Of(x => 0.5 * x * (1 + GeluTanh(x)), GeluTanhShare)),
        Op.Unary(
            "silu",
            x => x.Silu(),
            x => F.silu(x),
            Formula.Of(x => x / (1 + (-x).Exp()), (g, x, y) => g * Sigmoid(x) * (1 + x * (1 - Sigmoid(x))))),
        Op.Unary("mish", x => x.Mish(), x => F.mish(x), Formula.Of(x => x * x.Exp().Log1p().Tanh(), MishShare)),
        Op.Setting(
            "softplus",
            [[1, 20], [2, 1]],
            (x, s) => x.Softplus(s[0], s[1]),
            (x, s) => F.softplus(x, s[0], s[1]),
            Formula.Of((x, s) => Term.If(x * s[0] > s[1], x, (x * s[0]).Exp().Log1p() / s[0]), (g, x, y, s) => Term.If(x * s[0] > s[1], g, g * (x * s[0]).Exp() / ((x * s[0]).Exp() + 1))),
            kinks: [20, 0.5]),
        Op.Unary(
            "softsign",
            x => x.Softsign(),
            x => F.softsign(x),
            Formula.Of(x => x / (x.Abs() + 1), (g, x, y) => Term.Sum([g / (x.Abs() + 1), -g * (y / (x.Abs() + 1)) * x.Sign()])),
            kinks: [0]),
        Op.Setting(
            "hardtanh",
            [[-1, 1], [-0.5, 2]],
            (x, s) => x.Hardtanh(s[0], s[1]),
            (x, s) => F.hardtanh(x, s[0], s[1]),
            Formula.Of((x, s) => Piecewise.Clamped(x, s[0], s[1]), (g, x, y, s) => Inside(g, x, s[0], s[1]))),
        Op.Unary(
            "hardsigmoid",
            x => x.Hardsigmoid(),
            x => F.hardsigmoid(x),
            Formula.Of(x => Piecewise.Clamped(x + 3, 0, 6) / 6, (g, x, y) => Term.If((x > -3) & (x < 3), g * SingleSixth, 0)),
            kinks: [-3, 3]),
        Op.Unary(
            "hardswish",
            x => x.Hardswish(),
            x => F.hardswish(x),
            Formula.Of(x => x * Piecewise.Clamped(x + 3, 0, 6) / 6, (g, x, y) => Term.If(x < -3, 0, Term.If(x <= 3, g * (x / 3 + 0.5), g))),
            kinks: [-3, 3]),
        Op.Setting(
            "hardshrink",
            [[0.5], [0]],
            (x, s) => x.Hardshrink(s[0]),
            (x, s) => F.hardshrink(x, s[0]),
            Formula.Of((x, s) => Term.If((x >= -s[0]) & (x <= s[0]), 0, x), (g, x, y, s) => Term.If((x >= -s[0]) & (x <= s[0]), 0, g))),
        Op.Setting(
            "softshrink",
            [[0.5], [0]],
            (x, s) => x.Softshrink(s[0]),
            (x, s) => F.softshrink(x, s[0]),
            Formula.Of((x, s) => Term.If(x > s[0], x - s[0], Term.If(x < -s[0], x + s[0], 0)), (g, x, y, s) => Term.If((x >= -s[0]) & (x <= s[0]), 0, g))),
        Op.Unary(
            "tanhshrink",
            x => x.Tanhshrink(),
            x => F.tanhshrink(x),
            Formula.Of(x => x - x.Tanh(), (g, x, y) => Term.Sum([g, -g * (1 - x.Tanh() * x.Tanh())]))),
        Op.Setting(
            "threshold",
            [[0.5, -7]],
            (x, s) => x.Threshold(s[0], s[1]),
            (x, s) => F.threshold(x, s[0], s[1]),
            Formula.Of((x, s) => Term.If(x <= s[0], s[1], x), (g, x, y, s) => Term.If(x <= s[0], 0, g))),
    ];

    private const double SeluAlpha = 1.6732632423543772848170429916717;
    private const double SeluScale = 1.0507009873554804934193349852946;

    /// <summary>What PyTorch's derivative of hardsigmoid has for a sixth, in every format.</summary>
    private const double SingleSixth = 1.0f / 6.0f;

    private static Term Sigmoid(Term x) => 1 / (1 + (-x).Exp());

    private static Term LogsigmoidShare(Term g, Term x, Term y)
    {
        var z = (-x.Abs()).Exp();
        var share = z / (1 + z);
        return g * Term.If(x < 0, 1 - share, share);
    }

    private static Term Inside(Term g, Term x, double low, double high) => Term.If((x <= low) | (x >= high), 0, g);

    private static Term Elu(Term x, double negative, double positive, double input) =>
        Term.If(x <= 0, ((x * input).Exp() - 1) * negative, x * positive);

    private static Term EluShare(Term g, Term x, double negative, double positive, double input) =>
        Term.If(x <= 0, g * input * negative * (x * input).Exp(), g * positive);

    private static Term GeluShare(Term g, Term x, Term y)
    {
        var cdf = 0.5 * (1 + (x * Irrational.SqrtHalf).ErfOfGelu());
        var pdf = (Term)Irrational.TwoOverSqrtPi * Irrational.SqrtHalf * 0.5 * (x * x * -0.5).Exp();
        return g * (cdf + x * pdf);
    }

    private static Term GeluTanh(Term x) => (Irrational.SqrtTwoOverPi * (x + 0.044715 * (x * x * x))).Tanh();

    /// <summary>The three shares that x receives, in the reverse order of the operations.</summary>
    private static Term GeluTanhShare(Term g, Term x, Term y)
    {
        var tanh = GeluTanh(x);
        var inner = g * (0.5 * x) * (1 - tanh * tanh) * Irrational.SqrtTwoOverPi;
        return Term.Sum([inner, inner * 0.044715 * (3 * (x * x)), g * (1 + tanh) * 0.5]);
    }

    private static Term MishShare(Term g, Term x, Term y)
    {
        var tanh = x.Exp().Log1p().Tanh();
        return g * (tanh + x * Sigmoid(x) * (1 - tanh * tanh));
    }
}
