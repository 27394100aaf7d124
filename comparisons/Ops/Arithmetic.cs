using Micrograd.Parity.Catalogue;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Ops;

public static class Arithmetic
{
    public static IReadOnlyList<Op> Rows { get; } =
    [
        Op.Binary("add", (a, b) => a + b, (a, b) => a + b),
        Op.Binary("sub", (a, b) => a - b, (a, b) => a - b),
        Op.Binary("mul", (a, b) => a * b, (a, b) => a * b),
        Op.Binary("div", (a, b) => a / b, (a, b) => a.div(b)),
        Op.Unary("neg", x => -x, x => -x),
        Op.Setting("add_number", [[3], [-0.1]], (x, s) => x + s[0], (x, s) => x + s[0]),
        Op.Setting("number_sub", [[3], [-0.1]], (x, s) => s[0] - x, (x, s) => s[0] - x),
        Op.Setting("mul_number", [[3], [-0.1]], (x, s) => s[0] * x, (x, s) => s[0] * x),
        Op.Setting("div_number", [[3], [-0.1]], (x, s) => x / s[0], (x, s) => x.div(tensor(s[0], float64))),
        Op.Setting("number_div", [[3], [-0.1]], (x, s) => s[0] / x, (x, s) => tensor(s[0], float64).div(x)),
        Op.Binary("fmod", (a, b) => a.Fmod(b), (a, b) => a.fmod(b)),
        Op.Binary("remainder", (a, b) => a.Remainder(b), (a, b) => a.remainder(b)),

        // TorchSharp offers no lerp: both sides record PyTorch's formula, operation by operation.
        Op.Ternary(
            "lerp",
            (a, b, w) => a.Lerp(b, w),
            (a, b, w) => Math.Abs(w.item<double>()) < 0.5 ? a + w * (b - a) : b - (b - a) * (1 - w),
            kinks: [0.5, -0.5]).Alone(),
        Op.Many("sum", xs => Value.Sum(xs), xs => stack(xs).sum()),
        Op.Many("mean", xs => Value.Mean(xs), xs => stack(xs).mean()),
    ];
}
