using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Ops;

internal static class Piecewise
{
    public static IReadOnlyList<Op> Rows { get; } =
    [
        Op.Unary("abs", x => x.Abs(), x => x.abs(), Formula.Of(x => x.Abs(), (g, x, y) => g * x.Sign()), kinks: [0]),
        Op.Unary("sign", x => x.Sign(), x => x.sign(), Formula.Of(x => x.Sign(), (g, x, y) => 0), kinks: [0]),
        Op.Binary(
            "maximum",
            (a, b) => a.Maximum(b),
            (a, b) => a.maximum(b),
            Formula.Of(
                (a, b) => Term.If(a.IsNaN | b.IsNaN, a + b, Term.If(a < b, b, a)),
                (g, a, b, y) => Shared(g, a < b, a, b),
                (g, a, b, y) => Shared(g, a > b, a, b)
            )
        ),
        Op.Binary(
            "minimum",
            (a, b) => a.Minimum(b),
            (a, b) => a.minimum(b),
            Formula.Of(
                (a, b) => Term.If(a.IsNaN | b.IsNaN, a + b, Term.If(b < a, b, a)),
                (g, a, b, y) => Shared(g, a > b, a, b),
                (g, a, b, y) => Shared(g, a < b, a, b)
            )
        ),
        Op.Binary(
            "fmax",
            (a, b) => a.Fmax(b),
            (a, b) => a.fmax(b),
            Formula.Of(
                (a, b) => Term.If((a > b) | b.IsNaN, a, b),
                (g, a, b, y) => Term.If((a >= b) | b.IsNaN, g, 0),
                (g, a, b, y) => Term.If((a >= b) | b.IsNaN, 0, g)
            )
        ),
        Op.Binary(
            "fmin",
            (a, b) => a.Fmin(b),
            (a, b) => a.fmin(b),
            Formula.Of(
                (a, b) => Term.If((a < b) | b.IsNaN, a, b),
                (g, a, b, y) => Term.If((a <= b) | b.IsNaN, g, 0),
                (g, a, b, y) => Term.If((a <= b) | b.IsNaN, 0, g)
            )
        ),
        Op.Setting(
            "clamp",
            [
                [-1, 1],
                [0, 0.5],
                [1, -1],
            ],
            (x, s) => x.Clamp(s[0], s[1]),
            (x, s) => x.clamp(s[0], s[1]),
            Formula.Of((x, s) => Clamped(x, s[0], s[1]), (g, x, y, s) => Term.If((x >= s[0]) & (x <= s[1]), g, 0))
        ),
        Op.Ternary(
            "where",
            (c, a, b) => Value.Where(c.Data > 0, a, b),
            (c, a, b) => where(c > 0, a, b),
            Formula.Of((c, a, b) => Term.If(c > 0, a, b), (g, x, k) => Term.If(x[0] > 0, k == 1 ? g : 0, k == 1 ? 0 : g)),
            kinks: [0],
            condition: 0
        ),
        Op.Unary("floor", x => x.Floor(), x => x.floor(), Formula.Of(x => Term.Of(Primitive.Floor, x), (g, x, y) => 0), kinks: [0, 1, 2]),
        Op.Unary("ceil", x => x.Ceil(), x => x.ceil(), Formula.Of(x => Term.Of(Primitive.Ceiling, x), (g, x, y) => 0), kinks: [0, 1, 2]),
        Op.Unary("round", x => x.Round(), x => x.round(), Formula.Of(x => Term.Of(Primitive.Round, x), (g, x, y) => 0), kinks: [0.5, 1.5, 2.5, -0.5]),
        Op.Unary("trunc", x => x.Trunc(), x => x.trunc(), Formula.Of(x => Term.Of(Primitive.Truncate, x), (g, x, y) => 0), kinks: [0, 1, -1]),
        Op.Unary("frac", x => x.Frac(), x => x.frac(), Formula.Of(x => x - Term.Of(Primitive.Truncate, x), (g, x, y) => g), kinks: [0, 1, -1]),
    ];

    /// <summary>x kept within bounds; the upper one counts where they cross.</summary>
    internal static Term Clamped(Term x, double low, double high)
    {
        var raised = Term.If(x < low, low, x);
        return Term.If(raised > high, high, raised);
    }

    /// <summary>VJP of maximum or minimum for operand a: 0 if the other operand is the result, half of g at a tie, else g.</summary>
    private static Term Shared(Term g, Condition other, Term a, Term b) => Term.If(other, 0, Term.If(a.Is(b), g / 2, g));
}
