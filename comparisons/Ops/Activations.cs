using Micrograd.Parity.Catalogue;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Comparisons.Ops;

public static class Activations
{
    public static IReadOnlyList<Op> Rows { get; } =
    [
        Op.Unary("sigmoid", x => x.Sigmoid(), x => x.sigmoid()),
        Op.Unary("logsigmoid", x => x.Logsigmoid(), x => F.logsigmoid(x), kinks: [0]),
        Op.Unary("relu", x => x.Relu(), x => x.relu(), kinks: [0]),
        Op.Unary("relu6", x => x.Relu6(), x => F.relu6(x), kinks: [0, 6]),
        Op.Setting("leaky_relu", [[0.01], [0.2]], (x, s) => x.LeakyRelu(s[0]), (x, s) => F.leaky_relu(x, s[0]), kinks: [0]),
        Op.Binary("prelu", (x, weight) => x.Prelu(weight), (x, weight) => F.prelu(x, weight), kinks: [0, 0.25]).Alone(),
        Op.Setting("elu", [[1], [0.5]], (x, s) => x.Elu(s[0]), (x, s) => F.elu(x, s[0]), kinks: [0]),
        Op.Unary("selu", x => x.Selu(), x => F.selu(x), kinks: [0]),
        Op.Setting("celu", [[1], [2]], (x, s) => x.Celu(s[0]), (x, s) => F.celu(x, s[0]), kinks: [0]),
        Op.Unary("gelu", x => x.Gelu(), x => F.gelu(x)),

        // TorchSharp offers no approximate form of gelu: both sides record the formula, operation by operation.
        Op.Unary(
            "gelu_tanh",
            x => x.GeluTanh(),
            x => 0.5 * x * (1 + (0.7978845608028654 * (x + 0.044715 * x.pow(3))).tanh())),
        Op.Unary("silu", x => x.Silu(), x => F.silu(x)),
        Op.Unary("mish", x => x.Mish(), x => F.mish(x)),
        Op.Setting("softplus", [[1, 20], [2, 1]], (x, s) => x.Softplus(s[0], s[1]), (x, s) => F.softplus(x, s[0], s[1]), kinks: [20, 0.5]),
        Op.Unary("softsign", x => x.Softsign(), x => F.softsign(x), kinks: [0]),
        Op.Setting("hardtanh", [[-1, 1], [-0.5, 2]], (x, s) => x.Hardtanh(s[0], s[1]), (x, s) => F.hardtanh(x, s[0], s[1])),
        Op.Unary("hardsigmoid", x => x.Hardsigmoid(), x => F.hardsigmoid(x), kinks: [-3, 3]),
        Op.Unary("hardswish", x => x.Hardswish(), x => F.hardswish(x), kinks: [-3, 3]),
        Op.Setting("hardshrink", [[0.5], [0]], (x, s) => x.Hardshrink(s[0]), (x, s) => F.hardshrink(x, s[0])),
        Op.Setting("softshrink", [[0.5], [0]], (x, s) => x.Softshrink(s[0]), (x, s) => F.softshrink(x, s[0])),
        Op.Unary("tanhshrink", x => x.Tanhshrink(), x => F.tanhshrink(x)),
        Op.Setting("threshold", [[0.5, -7]], (x, s) => x.Threshold(s[0], s[1]), (x, s) => F.threshold(x, s[0], s[1])),
    ];
}
