using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Comparisons.Ops;

internal static class Activations
{
    public static IReadOnlyList<Op> Rows { get; } =
    [
        Op.Unary("sigmoid", x => x.Sigmoid(), x => x.sigmoid(), Formula.Of(Sigmoid, (g, x, y) => g * (1 - y) * y)),
        Op.Unary(
            "logsigmoid",
            x => x.Logsigmoid(),
            x => F.logsigmoid(x),
            Formula.Of(x => Term.If(x < 0, x, 0) - Term.Of(Primitive.ExpOfLogsigmoid, -x.Abs()).Log1p(), LogsigmoidShare),
            kinks: [0]
        ),
        Op.Unary("relu", x => x.Relu(), x => x.relu(), Formula.Of(x => Term.If(x < 0, 0, x), (g, x, y) => Term.If(x <= 0, 0, g)), kinks: [0]),
        Op.Unary(
            "relu6",
            x => x.Relu6(),
            x => F.relu6(x),
            Formula.Of(x => Piecewise.Clamped(x, 0, 6), (g, x, y) => Inside(g, x, 0, 6)),
            kinks: [0, 6]
        ),
        Op.Setting(
            "leaky_relu",
            [
                [0.01],
                [0.2],
            ],
            (x, s) => x.LeakyRelu(s[0]),
            (x, s) => F.leaky_relu(x, s[0]),
            Formula.Of((x, s) => Term.If(x > 0, x, x * s[0]), (g, x, y, s) => Term.If(x > 0, g, g * s[0])),
            kinks: [0]
        ),
        Op.Binary(
                "prelu",
                (x, weight) => x.Prelu(weight),
                (x, weight) => F.prelu(x, weight),
                Formula.Of((a, b) => Term.If(a > 0, a, b * a), (g, a, b, y) => Term.If(a > 0, g, b * g), (g, a, b, y) => Term.If(a > 0, 0, a * g)),
                kinks: [0, 0.25]
            )
            .Alone(),
        Op.Setting(
            "elu",
            [
                [1],
                [0.5],
            ],
            (x, s) => x.Elu(s[0]),
            (x, s) => F.elu(x, s[0]),
            Formula.Of((x, s) => Elu(x, s[0], 1, 1), (g, x, y, s) => EluShare(g, x, s[0], 1, 1)),
            kinks: [0]
        ),
        Op.Unary(
            "selu",
            x => x.Selu(),
            x => F.selu(x),
            Formula.Of(x => Elu(x, SeluAlpha * SeluScale, SeluScale, 1), (g, x, y) => EluShare(g, x, SeluAlpha * SeluScale, SeluScale, 1)),
            kinks: [0]
        ),
        Op.Setting(
            "celu",
            [
                [1],
                [2],
            ],
            (x, s) => x.Celu(s[0]),
            (x, s) => F.celu(x, s[0]),
            Formula.Of((x, s) => Elu(x, s[0], 1, 1 / s[0]), (g, x, y, s) => EluShare(g, x, s[0], 1, 1 / s[0])),
            kinks: [0]
        ),
        Op.Unary("gelu", x => x.Gelu(), x => F.gelu(x), Formula.Of(x => x * 0.5 * (1 + (x * Irrational.SqrtHalf).ErfOfGelu()), GeluShare)),
        Op.Unary(
            "gelu_tanh",
            x => x.GeluTanh(),
            x => F.gelu(x, GELU.Approximate.tanh),
            Formula.Of(x => 0.5 * x * (1 + GeluTanh(x, x * x * x)), GeluTanhShare)
        ),
        Op.Unary(
            "silu",
            x => x.Silu(),
            x => F.silu(x),
            Formula.Of(x => x / (1 + Exp(-x)), (g, x, y) => g * Sigmoid(x) * Term.MultiplyAdd(x, 1 - Sigmoid(x), 1))
        ),
        Op.Unary("mish", x => x.Mish(), x => TorchScript.Mish(x), Formula.Of(x => x * Tanh(Log1p(Exp(x))), MishShare)),
        Op.Setting(
            "softplus",
            [
                [1, 20],
                [2, 1],
            ],
            (x, s) => x.Softplus(s[0], s[1]),
            (x, s) => F.softplus(x, s[0], s[1]),
            Formula.Of(
                (x, s) => Term.If(x * s[0] > s[1], x, Log1p(Exp(x * s[0])) / s[0]),
                (g, x, y, s) => Term.If(x * s[0] > s[1], g, g * Exp(x * s[0]) / (Exp(x * s[0]) + 1))
            ),
            kinks: [20, 0.5]
        ),
        Op.Unary(
            "softsign",
            x => x.Softsign(),
            x => F.softsign(x),
            Formula.Of(x => x / (x.Abs() + 1), (g, x, y) => Term.Sum([g / (x.Abs() + 1), -g * (y / (x.Abs() + 1)) * x.Sign()])),
            kinks: [0]
        ),
        Op.Setting(
            "hardtanh",
            [
                [-1, 1],
                [-0.5, 2],
            ],
            (x, s) => x.Hardtanh(s[0], s[1]),
            // F.hardtanh of TorchSharp 0.107.0 returns its input.
            (x, s) => x.clone().hardtanh_(s[0], s[1]),
            Formula.Of((x, s) => Piecewise.Clamped(x, s[0], s[1]), (g, x, y, s) => Inside(g, x, s[0], s[1]))
        ),
        Op.Unary(
            "hardsigmoid",
            x => x.Hardsigmoid(),
            x => F.hardsigmoid(x),
            Formula.Of(x => Piecewise.Clamped(x + 3, 0, 6) / 6, (g, x, y) => Term.If((x > -3) & (x < 3), g * SingleSixth, 0)),
            kinks: [-3, 3]
        ),
        Op.Unary(
            "hardswish",
            x => x.Hardswish(),
            x => F.hardswish(x),
            Formula.Of(x => x * Piecewise.Clamped(x + 3, 0, 6) / 6, (g, x, y) => Term.If(x <= -3, 0, Term.If(x < 3, g * (x / 3 + 0.5), g))),
            kinks: [-3, 3]
        ),
        Op.Setting(
            "hardshrink",
            [
                [0.5],
                [0],
            ],
            (x, s) => x.Hardshrink(s[0]),
            (x, s) => F.hardshrink(x, s[0]),
            Formula.Of((x, s) => Term.If((x >= -s[0]) & (x <= s[0]), 0, x), (g, x, y, s) => Term.If((x >= -s[0]) & (x <= s[0]), 0, g))
        ),
        Op.Setting(
            "softshrink",
            [
                [0.5],
                [0],
            ],
            (x, s) => x.Softshrink(s[0]),
            (x, s) => F.softshrink(x, s[0]),
            Formula.Of(
                (x, s) => Term.If(x > s[0], x - s[0], Term.If(x < -s[0], x + s[0], x * 0)),
                (g, x, y, s) => Term.If((x >= -s[0]) & (x <= s[0]), 0, g)
            )
        ),
        Op.Unary(
            "tanhshrink",
            x => x.Tanhshrink(),
            x => F.tanhshrink(x),
            Formula.Of(x => x - x.Tanh(), (g, x, y) => Term.Sum([g, -g * Term.MultiplyAdd(-x.Tanh(), x.Tanh(), 1)]))
        ),
        Op.Setting(
            "threshold",
            [
                [0.5, -7],
            ],
            (x, s) => x.Threshold(s[0], s[1]),
            (x, s) => F.threshold(x, s[0], s[1]),
            Formula.Of((x, s) => Term.If(x <= s[0], s[1], x), (g, x, y, s) => Term.If(x <= s[0], 0, g))
        ),
    ];

    private const double SeluAlpha = 1.6732632423543772848170429916717;
    private const double SeluScale = 1.0507009873554804934193349852946;

    /// <summary>The 1/6 of PyTorch's hardsigmoid derivative: a float32 in every format.</summary>
    private const double SingleSixth = 1.0f / 6.0f;

    private static Term Sigmoid(Term x) => 1 / (1 + Exp(-x));

    // On their way kernels call the C library.
    private static Term Exp(Term x) => Term.OfC(Primitive.Exp, x);

    private static Term Log1p(Term x) => Term.OfC(Primitive.Log1p, x);

    private static Term Tanh(Term x) => Term.OfC(Primitive.Tanh, x);

    private static Term LogsigmoidShare(Term g, Term x, Term y)
    {
        var z = Term.Of(Primitive.ExpOfLogsigmoid, -x.Abs());
        var share = z / (1 + z);
        return g * Term.If(x < 0, 1 - share, share);
    }

    private static Term Inside(Term g, Term x, double low, double high) => Term.If((x <= low) | (x >= high), 0, g);

    private static Term Elu(Term x, double negative, double positive, double input) =>
        Term.If(x < 0, Term.OfC(Primitive.Expm1, x * input) * negative, x * positive);

    private static Term EluShare(Term g, Term x, double negative, double positive, double input) =>
        Term.If(x <= 0, g * input * negative * Exp(x * input), g * positive);

    private static Term GeluShare(Term g, Term x, Term y)
    {
        var cdf = 0.5 * (1 + (x * Irrational.SqrtHalf).ErfOfGelu());
        var pdf = (Term)Irrational.TwoOverSqrtPi * Irrational.SqrtHalf * 0.5 * Exp(x * x * -0.5);
        return g * (cdf + x * pdf);
    }

    private static Term GeluTanh(Term x, Term cube) => Tanh(Irrational.SqrtTwoOverPi * Term.MultiplyAdd(0.044715, cube, x));

    private static Term GeluTanhShare(Term g, Term x, Term y)
    {
        var square = x * x;
        var tanh = GeluTanh(x, square * x);
        var inner = Irrational.SqrtTwoOverPi * Term.MultiplyAdd((Term)3 * 0.044715, square, 1);
        return g * (0.5 * (1 + tanh) + 0.5 * x * Term.MultiplyAdd(-tanh, tanh, 1) * inner);
    }

    private static Term MishShare(Term g, Term x, Term y)
    {
        var tanh = Tanh(Log1p(Exp(x)));
        return g * Term.MultiplyAdd(x * Sigmoid(x), Term.MultiplyAdd(-tanh, tanh, 1), tanh);
    }
}
