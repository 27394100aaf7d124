using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Ops;

internal static class Powers
{
    public static IReadOnlyList<Op> Rows { get; } =
    [
        Op.Setting(
            "pow_number",
            [
                [0],
                [1],
                [2],
                [3],
                [4],
                [-1],
                [-2],
                [-3],
                [0.5],
                [-0.5],
                [1.5],
                [2.5],
                [-0.1],
            ],
            (x, s) => x.Pow(s[0]),
            (x, s) => x.pow(s[0]),
            Formula.Of((x, s) => Power(x, s[0]), (g, x, y, s) => s[0] == 0 ? 0 : g * (s[0] * Power(x, s[0] - 1, (Term)s[0] - 1)))
        ),
        Op.Binary(
            "pow",
            (a, b) => a.Pow(b),
            (a, b) => a.pow(b),
            Formula.Of(
                (a, b) => a.Pow(b),
                (g, a, b, y) => Term.If(b.Is(0), 0, g * (b * a.Pow(b - 1))),
                (g, a, b, y) => g * Term.If(a.Is(0) & (b >= 0), 0, y * a.Log())
            )
        ),
        Op.Setting(
            "number_pow",
            [
                [2],
                [0.5],
                [1],
                [0],
                [-2],
            ],
            (x, s) => Value.Pow(s[0], x),
            (x, s) => tensor(s[0], float64).pow(x),
            Formula.Of(
                (x, s) => s[0] == 1 ? 1 : ((Term)s[0]).Pow(x),
                (g, x, y, s) => g * (s[0] == 0 ? Term.If(x >= 0, 0, y * ((Term)0).Log()) : y * ((Term)s[0]).Log())
            )
        ),
        Op.Unary("square", x => x.Square(), x => x.square(), Formula.Of(x => x * x, (g, x, y) => g * (2 * x))),
        Op.Unary("reciprocal", x => x.Reciprocal(), x => x.reciprocal(), Formula.Of(x => 1 / x, (g, x, y) => -g * (y * y))),
        Op.Unary("sqrt", x => x.Sqrt(), x => x.sqrt(), Formula.Of(x => x.Sqrt(), (g, x, y) => g / (2 * y)), Domain.Positive),
        Op.Unary(
            "rsqrt",
            x => x.Rsqrt(),
            x => x.rsqrt(),
            Formula.Of(x => 1 / Term.OfC(Primitive.Sqrt, x), (g, x, y) => -0.5 * g * (y * y * y)),
            Domain.Positive
        ),
        Op.Binary(
            "hypot",
            (a, b) => a.Hypot(b),
            (a, b) => a.hypot(b),
            Formula.Of((a, b) => Term.Of(Primitive.Hypot, a, b), (g, a, b, y) => g * a / y, (g, a, b, y) => g * b / y)
        ),
    ];

    /// <summary>A power as PyTorch computes it.</summary>
    /// <param name="x">The base.</param>
    /// <param name="exponent">The exponent as a double, which decides how.</param>
    /// <param name="unrounded">The exponent where it is itself computed; null where it is given.</param>
    private static Term Power(Term x, double exponent, Term? unrounded = null) =>
        exponent switch
        {
            0 => 1,
            1 => x,
            2 => x * x,
            3 => x * x * x,
            0.5 => x.Sqrt(),
            -0.5 => 1 / Term.OfC(Primitive.Sqrt, x),
            -1 => 1 / x,
            -2 => 1 / (x * x),
            _ => x.Pow(unrounded ?? exponent),
        };
}
