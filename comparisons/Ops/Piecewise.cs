using Micrograd.Parity.Catalogue;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Ops;

public static class Piecewise
{
    public static IReadOnlyList<Op> Rows { get; } =
    [
        Op.Unary("abs", x => x.Abs(), x => x.abs(), kinks: [0]),
        Op.Unary("sign", x => x.Sign(), x => x.sign(), kinks: [0]),
        Op.Binary("maximum", (a, b) => a.Maximum(b), (a, b) => a.maximum(b)),
        Op.Binary("minimum", (a, b) => a.Minimum(b), (a, b) => a.minimum(b)),
        Op.Binary("fmax", (a, b) => a.Fmax(b), (a, b) => a.fmax(b)),
        Op.Binary("fmin", (a, b) => a.Fmin(b), (a, b) => a.fmin(b)),
        Op.Setting("clamp", [[-1, 1], [0, 0.5], [1, -1]], (x, s) => x.Clamp(s[0], s[1]), (x, s) => x.clamp(s[0], s[1])),
        Op.Ternary("where", (c, a, b) => Value.Where(c.Data > 0, a, b), (c, a, b) => where(c > 0, a, b), kinks: [0], condition: 0),
        Op.Unary("floor", x => x.Floor(), x => x.floor(), kinks: [0, 1, 2]),
        Op.Unary("ceil", x => x.Ceil(), x => x.ceil(), kinks: [0, 1, 2]),
        Op.Unary("round", x => x.Round(), x => x.round(), kinks: [0.5, 1.5, 2.5, -0.5]),
        Op.Unary("trunc", x => x.Trunc(), x => x.trunc(), kinks: [0, 1, -1]),
        Op.Unary("frac", x => x.Frac(), x => x.frac(), kinks: [0, 1, -1]),
    ];
}
