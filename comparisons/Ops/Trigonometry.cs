using Micrograd.Parity.Catalogue;
using TorchSharp;

namespace Micrograd.Parity.Comparisons.Ops;

public static class Trigonometry
{
    public static IReadOnlyList<Op> Rows { get; } =
    [
        Op.Unary("sin", x => x.Sin(), x => x.sin()),
        Op.Unary("cos", x => x.Cos(), x => x.cos()),
        Op.Unary("tan", x => x.Tan(), x => x.tan()),
        Op.Unary("asin", x => x.Asin(), x => x.asin(), Domain.Unit),
        Op.Unary("acos", x => x.Acos(), x => x.acos(), Domain.Unit),
        Op.Unary("atan", x => x.Atan(), x => x.atan()),
        Op.Binary("atan2", (y, x) => y.Atan2(x), (y, x) => y.atan2(x)),
        Op.Unary("sinh", x => x.Sinh(), x => x.sinh(), kinks: [710.4758600739439]),
        Op.Unary("cosh", x => x.Cosh(), x => x.cosh(), kinks: [710.4758600739439]),
        Op.Unary("tanh", x => x.Tanh(), x => x.tanh()),
        Op.Unary("asinh", x => x.Asinh(), x => x.asinh()),
        Op.Unary("acosh", x => x.Acosh(), x => x.acosh(), new Domain(1, double.PositiveInfinity)),
        Op.Unary("atanh", x => x.Atanh(), x => x.atanh(), Domain.Unit),
    ];
}
