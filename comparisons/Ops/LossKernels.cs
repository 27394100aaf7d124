using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Comparisons.Ops;

/// <summary>Losses that PyTorch has a kernel for whose gradient is not that of its parts; the target is an attribute.</summary>
internal static class LossKernels
{
    public static IReadOnlyList<Op> Rows { get; } =
    [
        Op.Setting(
            "binary_cross_entropy_with_logits",
            [
                [0],
                [1],
                [0.3],
            ],
            (x, s) => Loss.BinaryCrossEntropyWithLogits([x], [s[0]], Reduction.Sum),
            (x, s) => F.binary_cross_entropy_with_logits(x, full_like(x, s[0]), reduction: nn.Reduction.None),
            Formula.Of(
                (x, s) => (1 - (Term)s[0]) * x - (Term.If(x < 0, x, 0) - Term.Of(Primitive.ExpOfLogsigmoid, -x.Abs()).Log1p()),
                (g, x, y, s) => (1 / (1 + Term.OfC(Primitive.Exp, -x)) - s[0]) * g
            ),
            kinks: [0]
        ),
    ];
}
