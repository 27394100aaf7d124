using Micrograd.Parity.Catalogue;
using TorchSharp;

namespace Micrograd.Parity.Comparisons.Ops;

public static class Exponentials
{
    public static IReadOnlyList<Op> Rows { get; } =
    [
        Op.Unary("exp", x => x.Exp(), x => x.exp()),
        Op.Unary("exp2", x => x.Exp2(), x => x.exp2()),
        Op.Unary("expm1", x => x.Expm1(), x => x.expm1()),
        Op.Unary("log", x => x.Log(), x => x.log(), Domain.Positive),
        Op.Unary("log2", x => x.Log2(), x => x.log2(), Domain.Positive),
        Op.Unary("log10", x => x.Log10(), x => x.log10(), Domain.Positive),
        Op.Unary("log1p", x => x.Log1p(), x => x.log1p(), new Domain(-1, double.PositiveInfinity), kinks: [-1]),
        Op.Binary("xlogy", (x, y) => x.Xlogy(y), (x, y) => x.xlogy(y), Domain.Reals, Domain.Positive),
        Op.Binary("logaddexp", (a, b) => a.Logaddexp(b), (a, b) => a.logaddexp(b)),
        Op.Unary("erf", x => x.Erf(), x => x.erf()),
        Op.Unary("erfc", x => x.Erfc(), x => x.erfc()),
    ];
}
