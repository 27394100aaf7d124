using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Comparisons.Ops;

internal static class Trigonometry
{
    public static IReadOnlyList<Op> Rows { get; } =
    [
        Op.Unary("sin", x => x.Sin(), x => x.sin(), Formula.Of(x => Term.Of(Primitive.Sin, x), (g, x, y) => g * Term.Of(Primitive.Cos, x))),
        Op.Unary("cos", x => x.Cos(), x => x.cos(), Formula.Of(x => Term.Of(Primitive.Cos, x), (g, x, y) => g * -Term.Of(Primitive.Sin, x))),
        Op.Unary("tan", x => x.Tan(), x => x.tan(), Formula.Of(x => Term.Of(Primitive.Tan, x), (g, x, y) => g * (1 + y * y))),
        Op.Unary(
            "asin",
            x => x.Asin(),
            x => x.asin(),
            Formula.Of(x => Term.Of(Primitive.Asin, x), (g, x, y) => g * (1 / Term.OfC(Primitive.Sqrt, -x * x + 1))),
            Domain.Unit
        ),
        Op.Unary(
            "acos",
            x => x.Acos(),
            x => x.acos(),
            Formula.Of(x => Term.Of(Primitive.Acos, x), (g, x, y) => g * -(1 / Term.OfC(Primitive.Sqrt, -x * x + 1))),
            Domain.Unit
        ),
        Op.Unary("atan", x => x.Atan(), x => x.atan(), Formula.Of(x => Term.Of(Primitive.Atan, x), (g, x, y) => g / (x * x + 1))),
        Op.Binary(
            "atan2",
            (y, x) => y.Atan2(x),
            (y, x) => y.atan2(x),
            Formula.Of(
                (a, b) => Term.Of(Primitive.Atan2, a, b),
                (g, a, b, y) => g * b * Inverse(a * a + b * b),
                (g, a, b, y) => g * -a * Inverse(a * a + b * b)
            )
        ),
        Op.Unary(
            "sinh",
            x => x.Sinh(),
            x => x.sinh(),
            Formula.Of(x => Term.Of(Primitive.Sinh, x), (g, x, y) => g * Term.Of(Primitive.Cosh, x)),
            kinks: [710.4758600739439]
        ),
        Op.Unary(
            "cosh",
            x => x.Cosh(),
            x => x.cosh(),
            Formula.Of(x => Term.Of(Primitive.Cosh, x), (g, x, y) => g * Term.Of(Primitive.Sinh, x)),
            kinks: [710.4758600739439]
        ),
        Op.Unary("tanh", x => x.Tanh(), x => x.tanh(), Formula.Of(x => Term.Of(Primitive.Tanh, x), (g, x, y) => g * Term.MultiplyAdd(-y, y, 1))),
        Op.Unary(
            "asinh",
            x => x.Asinh(),
            x => x.asinh(),
            Formula.Of(x => Term.Of(Primitive.Asinh, x), (g, x, y) => g * (1 / Term.OfC(Primitive.Sqrt, x * x + 1)))
        ),
        Op.Unary(
            "acosh",
            x => x.Acosh(),
            x => x.acosh(),
            Formula.Of(x => Term.Of(Primitive.Acosh, x), (g, x, y) => g * (1 / Term.OfC(Primitive.Sqrt, x * x - 1))),
            new Domain(1, double.PositiveInfinity)
        ),
        Op.Unary(
            "atanh",
            x => x.Atanh(),
            x => x.atanh(),
            Formula.Of(x => Term.Of(Primitive.Atanh, x), (g, x, y) => g * 1 / (1 - x * x)),
            Domain.Unit
        ),
    ];

    /// <summary>PyTorch has 0 in place of 1/0, also where the squares underflow.</summary>
    private static Term Inverse(Term square) => Term.If(square.Is(0), 0, 1 / square);
}
