using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Ops;

internal static class Arithmetic
{
    public static IReadOnlyList<Op> Rows { get; } =
    [
        Op.Binary("add", (a, b) => a + b, (a, b) => a + b, Formula.Of((a, b) => a + b, (g, a, b, y) => g, (g, a, b, y) => g)),
        Op.Binary("sub", (a, b) => a - b, (a, b) => a - b, Formula.Of((a, b) => a - b, (g, a, b, y) => g, (g, a, b, y) => -g)),
        Op.Binary("mul", (a, b) => a * b, (a, b) => a * b, Formula.Of((a, b) => a * b, (g, a, b, y) => g * b, (g, a, b, y) => g * a)),
        Op.Binary("div", (a, b) => a / b, (a, b) => a.div(b), Formula.Of((a, b) => a / b, (g, a, b, y) => g / b, (g, a, b, y) => -g * (y / b))),
        Op.Unary("neg", x => -x, x => -x, Formula.Of(x => -x, (g, x, y) => -g)),
        Op.Setting(
            "add_number",
            [
                [3],
                [-0.1],
            ],
            (x, s) => x + s[0],
            (x, s) => x + s[0],
            Formula.Of((x, s) => x + s[0], (g, x, y, s) => g)
        ),
        Op.Setting(
            "number_sub",
            [
                [3],
                [-0.1],
            ],
            (x, s) => s[0] - x,
            (x, s) => s[0] - x,
            Formula.Of((x, s) => s[0] - x, (g, x, y, s) => -g)
        ),
        Op.Setting(
            "mul_number",
            [
                [3],
                [-0.1],
            ],
            (x, s) => s[0] * x,
            (x, s) => s[0] * x,
            Formula.Of((x, s) => s[0] * x, (g, x, y, s) => g * s[0])
        ),
        Op.Setting(
            "div_number",
            [
                [3],
                [-0.1],
            ],
            (x, s) => x / s[0],
            (x, s) => x.div(tensor(s[0], float64)),
            Formula.Of((x, s) => x / s[0], (g, x, y, s) => g / s[0])
        ),
        Op.Setting(
            "number_div",
            [
                [3],
                [-0.1],
            ],
            (x, s) => s[0] / x,
            (x, s) => tensor(s[0], float64).div(x),
            Formula.Of((x, s) => s[0] / x, (g, x, y, s) => -g * (y / x))
        ),
        Op.Binary(
            "fmod",
            (a, b) => a.Fmod(b),
            (a, b) => a.fmod(b),
            Formula.Of((a, b) => Term.Of(Primitive.Fmod, a, b), (g, a, b, y) => g, (g, a, b, y) => -g * Term.Of(Primitive.Truncate, a / b))
        ),
        Op.Binary(
            "remainder",
            (a, b) => a.Remainder(b),
            (a, b) => a.remainder(b),
            Formula.Of(Remainder, (g, a, b, y) => g, (g, a, b, y) => -g * FloorOfQuotient(a, b))
        ),
        Op.Ternary(
                "lerp",
                (a, b, w) => a.Lerp(b, w),
                (a, b, w) => a.lerp(b, w),
                Formula.Of(
                    (a, b, w) => Term.If(w.Abs() < 0.5, Term.MultiplyAdd(w, b - a, a), Term.MultiplyAdd(-(b - a), 1 - w, b)),
                    (g, x, k) =>
                        g
                        * (
                            k == 0 ? 1 - x[2]
                            : k == 1 ? x[2]
                            : x[1] - x[0]
                        )
                ),
                kinks: [0.5, -0.5]
            )
            .Alone(),
        Op.Many("sum", xs => Value.Sum(xs), xs => stack(xs).sum(), Formula.Of(Term.Sum, (g, n) => g)),
        Op.Many("mean", xs => Value.Mean(xs), xs => stack(xs).mean(), Formula.Of(xs => Term.Sum(xs) / xs.Length, (g, n) => g / n)),
    ];

    /// <summary>True if a remainder of truncated division is not 0 and its sign differs from the divisor's.</summary>
    private static Condition OtherSign(Term remainder, Term divisor) =>
        !remainder.Is(0) & (((divisor < 0) & !(remainder < 0)) | (!(divisor < 0) & (remainder < 0)));

    private static Term Remainder(Term a, Term b)
    {
        var rest = Term.Of(Primitive.Fmod, a, b);
        return Term.If(OtherSign(rest, b), rest + b, rest);
    }

    private static Term FloorOfQuotient(Term a, Term b)
    {
        var rest = Term.Of(Primitive.Fmod, a, b);
        var quotient = (a - rest) / b;
        return Term.If(b.Is(0), a / b, Term.Of(Primitive.Round, Term.If(OtherSign(rest, b), quotient - 1, quotient)));
    }
}
