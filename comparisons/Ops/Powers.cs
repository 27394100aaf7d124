using Micrograd.Parity.Catalogue;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Ops;

public static class Powers
{
    public static IReadOnlyList<Op> Rows { get; } =
    [
        Op.Setting(
            "pow_number",
            [[0], [1], [2], [3], [4], [-1], [-2], [-3], [0.5], [-0.5], [1.5], [2.5], [-0.1]],
            (x, s) => x.Pow(s[0]),
            (x, s) => x.pow(s[0])),
        Op.Binary("pow", (a, b) => a.Pow(b), (a, b) => a.pow(b)),
        Op.Setting("number_pow", [[2], [0.5], [1], [0], [-2]], (x, s) => Value.Pow(s[0], x), (x, s) => tensor(s[0], float64).pow(x)),
        Op.Unary("square", x => x.Square(), x => x.square()),
        Op.Unary("reciprocal", x => x.Reciprocal(), x => x.reciprocal()),
        Op.Unary("sqrt", x => x.Sqrt(), x => x.sqrt(), Domain.Positive),
        Op.Unary("rsqrt", x => x.Rsqrt(), x => x.rsqrt(), Domain.Positive),
        Op.Binary("hypot", (a, b) => a.Hypot(b), (a, b) => a.hypot(b)),
    ];
}
