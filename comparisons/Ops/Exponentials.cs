using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Comparisons.Ops;

internal static class Exponentials
{
    public static IReadOnlyList<Op> Rows { get; } =
    [
        Op.Unary("exp", x => x.Exp(), x => x.exp(), Formula.Of(x => x.Exp(), (g, x, y) => g * y)),
        Op.Unary("exp2", x => x.Exp2(), x => x.exp2(), Formula.Of(x => Term.Of(Primitive.Exp2, x), (g, x, y) => g * y * Irrational.LogOfTwo)),
        Op.Unary("expm1", x => x.Expm1(), x => x.expm1(), Formula.Of(x => Term.Of(Primitive.Expm1, x), (g, x, y) => g * (y + 1))),
        Op.Unary("log", x => x.Log(), x => x.log(), Formula.Of(x => x.Log(), (g, x, y) => g / x), Domain.Positive),
        Op.Unary(
            "log2",
            x => x.Log2(),
            x => x.log2(),
            Formula.Of(x => Term.Of(Primitive.Log2, x), (g, x, y) => g / (x * Irrational.LogOfTwo)),
            Domain.Positive
        ),
        Op.Unary(
            "log10",
            x => x.Log10(),
            x => x.log10(),
            Formula.Of(x => Term.Of(Primitive.Log10, x), (g, x, y) => g / (x * Irrational.LogOfTen)),
            Domain.Positive
        ),
        Op.Unary(
            "log1p",
            x => x.Log1p(),
            x => x.log1p(),
            Formula.Of(x => x.Log1p(), (g, x, y) => g / (x + 1)),
            new Domain(-1, double.PositiveInfinity),
            kinks: [-1]
        ),
        Op.Binary(
            "xlogy",
            (x, y) => x.Xlogy(y),
            (x, y) => x.xlogy(y),
            Formula.Of(Xlogy, (g, a, b, y) => Term.If(a.Is(0) & (b <= 0), 0, Xlogy(g, b)), (g, a, b, y) => g * a / b),
            Domain.Reals,
            Domain.Positive
        ),
        Op.Binary(
            "logaddexp",
            (a, b) => a.Logaddexp(b),
            (a, b) => a.logaddexp(b),
            Formula.Of(
                (a, b) =>
                    Term.If(a.IsInfinite & a.Is(b), a, Term.If(a < b, b, a) + Term.OfC(Primitive.Log1p, Term.OfC(Primitive.Exp, -(a - b).Abs()))),
                (g, a, b, y) => g / (1 + (b - a).Exp()),
                (g, a, b, y) => g / (1 + (a - b).Exp())
            )
        ),
        Op.Unary("erf", x => x.Erf(), x => x.erf(), Formula.Of(x => x.Erf(), (g, x, y) => Irrational.TwoOverSqrtPi * (-(x * x)).Exp() * g)),
        Op.Unary(
            "erfc",
            x => x.Erfc(),
            x => x.erfc(),
            Formula.Of(x => Term.Of(Primitive.Erfc, x), (g, x, y) => -(Term)Irrational.TwoOverSqrtPi * (-(x * x)).Exp() * g)
        ),
    ];

    private static Term Xlogy(Term a, Term b) => Term.If(b.IsNaN, b, Term.If(a.Is(0), 0, a * Term.OfC(Primitive.Log, b)));
}
