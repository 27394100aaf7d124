using Micrograd.Parity.Diff.Recordings;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>A small convolutional net on pictures of one channel, trained by Adam.</summary>
internal sealed class ConvPair : Pair
{
    private static readonly AdamSettings s_adam = new(1e-2);

    internal override string Name => "convnet";

    internal override IReadOnlyList<(string Original, string Port)> Names { get; } =
    [
        ("conv1", "features.0"),
        ("relu1", "features.1"),
        ("pool1", "features.2"),
        ("conv2", "features.3"),
        ("relu2", "features.4"),
        ("pool2", "features.5"),
        ("fc", "classifier"),
    ];

    internal override IReadOnlyList<PlantedFault> Faults { get; } =
    [
        InModel("no padding", Stage.Settings, "conv1", "padding", () => new ConvPort { First = Conv2d(1, 6, 3) }.Built()),
        InModel("another stride", Stage.Settings, "conv1", "stride", () => new ConvPort { First = Conv2d(1, 6, 3, stride: 2, padding: 1) }.Built()),
        InModel("another dilation", Stage.Settings, "conv1", "dilation", () =>
            new ConvPort { First = Conv2d(1, 6, 3, padding: 2, dilation: 2) }.Built()
        ),
        InModel("padding by reflection", Stage.Settings, "conv1", "padding-mode", () =>
            new ConvPort { First = Conv2d(1, 6, 3, padding: 1, padding_mode: TorchSharp.PaddingModes.Reflect) }.Built()
        ),
        InModel("a larger kernel", Stage.Settings, "conv1", "kernel-size", () => new ConvPort { First = Conv2d(1, 6, 5, padding: 2) }.Built()),
        InModel("no bias", Stage.Settings, "conv1", "bias", () => new ConvPort { First = Conv2d(1, 6, 3, padding: 1, bias: false) }.Built()),
        InModel("kernel flipped", Stage.Forward, "conv1", "kernel-turned", () =>
            new ConvPort { First = new ConvByHand(1, 6, ConvForm.Flipped) }.Built()
        ),
        InModel("kernel transposed", Stage.Forward, "conv1", "kernel-transposed", () =>
            new ConvPort { First = new ConvByHand(1, 6, ConvForm.Transposed) }.Built()
        ),
        InModel("bias not added", Stage.Forward, "conv1", "bias-left-out", () =>
            new ConvPort { First = new ConvByHand(1, 6, ConvForm.BiasLeftOut) }.Built()
        ),
        InModel("padding behind", Stage.Forward, "conv1", "padding-on-one-side", () =>
            new ConvPort { First = new ConvByHand(1, 6, ConvForm.PaddedBehind) }.Built()
        ),
        InModel("average for maximum", Stage.Settings, "pool1", "module-type", () => new ConvPort { Pool = AvgPool2d(2) }.Built()),
        InModel("size of the pool rounded up", Stage.Settings, "pool1", "ceil-mode", () =>
            new ConvPort { Pool = MaxPool2d(2, ceil_mode: true) }.Built()
        ),
        InModel("pools overlap", Stage.Settings, "pool1", "stride", () => new ConvPort { Pool = MaxPool2d(2, 1) }.Built()),
        InModel("average by hand for maximum", Stage.Forward, "pool1", "another-pooling", () =>
            new ConvPort { Pool = new ByHand(x => F.avg_pool2d(x, 2)) }.Built()
        ),
        InModel(
            "no second ReLU",
            Stage.Forward,
            "pool2",
            "module-not-called",
            () => new ConvPort { SkipsSecondRelu = true }.Built(),
            RecordedQuantity.Input
        ),
        InModel(
            "flattened with channels last",
            Stage.Forward,
            "fc",
            "elements-in-another-order",
            () => new ConvPort { Flattens = x => x.permute(0, 2, 3, 1).flatten(1) }.Built(),
            RecordedQuantity.Input
        ),
        InModel("softmax before the loss", Stage.Forward, "", "function-added", () => new ConvPort { Finishes = x => F.softmax(x, 1) }.Built()),
        InModel("softmax over the batch", Stage.Forward, "", "function-added", () => new ConvPort { Finishes = x => F.softmax(x, 0) }.Built()),
        InModel("a layer frozen", Stage.Settings, "conv2.weight", "layer-frozen", () => new ConvPort { FreezesSecond = true }.Built()),
        InModel("a layer detached", Stage.Backward, "conv1.bias", "layer-detached", () => new ConvPort { DetachesFirst = true }.Built()),
        InLoop("pictures normalised", (Stage.Batch, 0, "inputs"), "batch-normalized", l => l with { Batch = s => Samples(s, x => (x - 0.5) / 0.5) }),
        InLoop("pictures not divided by 255", (Stage.Batch, 0, "inputs"), "batch-normalized", l => l with { Batch = s => Samples(s, x => x * 255) }),
        InLoop("pictures transposed", (Stage.Batch, 0, "inputs"), "batch-transposed", l =>
            l with
            {
                Batch = s => Samples(s, x => x.transpose(2, 3).contiguous()),
            }
        ),
        InLoop("pictures flipped", (Stage.Batch, 0, "inputs"), "batch-flipped", l => l with { Batch = s => Samples(s, x => x.flip(3)) }),
        InLoop("smaller batches", (Stage.Batch, 0, "inputs"), "batch-size", l => l with { Batch = s => Samples(s).At(0, 1, 2, 3, 4, 5) }),
        InLoop("labels smoothed", (Stage.Loss, 0, "loss"), "label-smoothing", l =>
            l with
            {
                Loss = (o, y) => F.cross_entropy(o, y, label_smoothing: 0.1),
            }
        ),
        InLoop("no logarithm of softmax", (Stage.Loss, 0, "loss"), "another-loss", l => l with { Loss = (o, y) => F.nll_loss(o, y) }),
        InLoop("softmax twice", (Stage.Loss, 0, "loss"), "softmax-twice", l => l with { Loss = (o, y) => F.cross_entropy(F.softmax(o, 1), y) }),
        InLoop("sum for mean", (Stage.Loss, 0, "loss"), "reduction-sum", l =>
            l with
            {
                Loss = (o, y) => F.cross_entropy(o, y, reduction: nn.Reduction.Sum),
            }
        ),
        InLoop("gradients not cleared", (Stage.Backward, 1, "fc.bias"), "gradients-not-cleared", l => l with { ClearsGradients = false }),
        InLoop("gradients clipped", (Stage.Clipping, 0, "conv1.weight"), "clipped", l => l with { Clip = Clipping.Norm(0.1) }),
        InOptimizer("learning rate", "learning-rate", s_adam with { Rate = 1e-3 }),
        InOptimizer("epsilon", "epsilon", s_adam with { Epsilon = 1e-3 }),
        InOptimizer("betas", "betas", s_adam with { Betas = (0.5, 0.999) }),
        InOptimizer("decay", "weight-decay", s_adam with { Decay = 1e-2 }),
        InOptimizer("SGD for Adam", "another-optimizer", new SgdSettings(1e-2)),
    ];

    internal override IReadOnlyList<Variant> Honest { get; } =
    [
        .. Common,
        new("convolution by products") { Model = () => new ConvPort { First = new ConvByHand(1, 6) }.Built() },
        new("ReLU not in place") { Model = () => new ConvPort { FirstRelu = ReLU() }.Built() },
        new("flattened by a view") { Model = () => new ConvPort { Flattens = x => x.contiguous().view(x.shape[0], -1) }.Built() },
        new("pictures with channels last")
        {
            Loop = l => l with { Batch = s => Samples(s, x => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)) },
        },
    ];

    protected override TrainingLoop Loop { get; } =
        new()
        {
            Optimizer = s_adam,
            Batch = step => Samples(step),
            Loss = (output, targets) => F.cross_entropy(output, targets),
        };

    protected override Module<Tensor, Tensor> Original() => new ConvOriginal();

    protected override Module<Tensor, Tensor> Port() => new ConvPort().Built();

    private static Batch Samples(int step, Func<Tensor, Tensor>? change = null)
    {
        var pictures = sigmoid(Numbers.Normal((ulong)(300 + step), 8, 1, 9, 9));
        return new Batch(change?.Invoke(pictures) ?? pictures, Numbers.Classes((ulong)(400 + step), 5, 8));
    }
}
