using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>A multilayer perceptron that is trained by SGD with momentum, a schedule and clipping.</summary>
internal sealed class MlpPair : Pair
{
    private const double Rate = 0.1;
    private const double Decay = 0.9;
    private const double Clip = 0.1;
    private static readonly SgdSettings s_sgd = new(Rate) { Momentum = 0.9, Decay = 1e-3 };

    internal override string Name => "mlp";

    internal override IReadOnlyList<(string Original, string Port)> Names { get; } =
    [("fc1", "input"), ("act1", "squash"), ("fc2", "hidden"), ("act2", "rectify"), ("fc3", "output")];

    protected override TrainingLoop Loop { get; } =
        new()
        {
            Optimizer = s_sgd,
            Batch = step => Samples(step),
            Loss = (output, targets) => F.cross_entropy(output, targets),
            Rate = step => Rate * Math.Pow(Decay, step),
            Clip = Clipping.Norm(Clip),
            MicroBatches = 2,
        };

    internal override IReadOnlyList<PlantedFault> Faults { get; } =
    [
        InLoop("another learning rate", Stage.Settings, -1, "learning-rate", l => l with { Rate = s => 2 * Rate * Math.Pow(Decay, s) }),
        InOptimizer("dampened momentum", "momentum-dampening", s_sgd with { Dampening = 0.9 }),
        InOptimizer("Nesterov's momentum", "nesterov", s_sgd with { Nesterov = true }),
        InOptimizer("no momentum", "momentum", s_sgd with { Momentum = 0 }),
        InOptimizer("another decay", "weight-decay", s_sgd with { Decay = 1e-2 }),
        InOptimizer("uphill", "maximize", s_sgd with { Maximize = true }),
        InOptimizer(
            "a layer that is not trained",
            "parameter-not-trained",
            s_sgd with
            {
                Trains = name => !name.StartsWith("hidden", StringComparison.Ordinal),
            }
        ),
        InLoop("schedule late by a step", Stage.Update, 1, "schedule-a-step-late", l =>
            l with
            {
                Rate = s => Rate * Math.Pow(Decay, Math.Max(0, s - 1)),
            }
        ),
        InLoop("schedule early by a step", Stage.Update, 0, "schedule-a-step-early", l => l with { Rate = s => Rate * Math.Pow(Decay, s + 1) }),
        InLoop("rate decayed twice", Stage.Update, 1, "schedule-stepped-twice", l => l with { Rate = s => Rate * Math.Pow(Decay, 2 * s) }),
        InLoop("no schedule", Stage.Update, 1, "not-scheduled", l => l with { Rate = null }),
        InLoop("sum for mean", Stage.Loss, 0, "reduction-sum", l => l with { Loss = (o, y) => F.cross_entropy(o, y, reduction: nn.Reduction.Sum) }),
        InLoop("gradients not cleared", Stage.Backward, 1, "gradients-not-cleared", l => l with { ClearsGradients = false }),
        InLoop("micro-batches not divided", Stage.Loss, 0, "micro-batches-not-divided", l => l with { DividesMicroBatches = false }),
        InLoop("one micro-batch", Stage.Batch, 0, "micro-batches", l => l with { MicroBatches = 1 }),
        InLoop("no clipping", Stage.Clipping, 0, "not-clipped", l => l with { Clip = null }),
        InLoop("clipping by value", Stage.Clipping, 0, "clipped-otherwise", l => l with { Clip = Clipping.Value(Clip) }),
        InLoop("clipping each layer", Stage.Clipping, 0, "clipped-each-alone", l => l with { Clip = Clipping.NormOfEach(Clip) }),
        InLoop("clipping at another norm", Stage.Clipping, 0, "clipping-limit", l => l with { Clip = Clipping.Norm(2 * Clip) }),
        InLoop("another order", Stage.Batch, 0, "batch-of-another-step", l => l with { Batch = s => Samples((s + 1) % 3) }),
        InLoop("shuffled within the batch", Stage.Batch, 0, "batch-overlaps", l => l with { Batch = s => Samples(s).At(5, 2, 7, 0, 3, 6, 1, 4) }),
        InLoop("another batch", Stage.Batch, 1, "another-batch", l => l with { Batch = s => Samples(s == 1 ? 99 : s) }),
        InLoop("labels in another order", Stage.Batch, 0, "batch-overlaps", l =>
            l with
            {
                Batch = s => Samples(s) with { Targets = Samples(s).Targets.roll(1) },
            }
        ),
        InLoop("two steps for a batch", Stage.Batch, 1, "two-steps-for-a-batch", l => l with { StepsPerBatch = 2 }),
        InLoop("step before backward", Stage.Batch, 0, "step-before-backward", l => l with { StepsBeforeBackward = true }),
        InModel("no transposition", Stage.Forward, "fc2", "weight-not-transposed", () =>
            new MlpPort { Hidden = DenseForm.TranspositionLeftOut }.Built()
        ),
        InModel("bias not added", Stage.Forward, "fc2", "bias-left-out", () => new MlpPort { Hidden = DenseForm.BiasLeftOut }.Built()),
        InModel("no bias", Stage.Settings, "fc1", "bias", () => new MlpPort { HasInputBias = false }.Built()),
        InModel("a layer frozen", Stage.Settings, "fc1", "layer-frozen", () => new MlpPort { IsInputFrozen = true }.Built()),
        InModel("a layer detached", Stage.Backward, "act1|fc1", "layer-detached", () => new MlpPort { DetachesInput = true }.Built()),
        InModel("another activation", Stage.Settings, "act2", "module-type", () => new MlpPort { Rectify = LeakyReLU(0.01) }.Built()),
        InModel("no activation", Stage.Forward, "act1|fc2", "module-not-called", () => new MlpPort { SkipsSquash = true }.Built()),
        new("drawn differently", Stage.Initial, -1, "fc1", "drawn-differently")
        {
            Changes = port => init.uniform_(port.get_parameter("input.weight")!, -0.4, 0.4),
        },
        new("drawn on another scale", Stage.Initial, -1, "fc2", "initial-scale")
        {
            Changes = port => port.get_parameter("hidden.weight")!.mul_(Math.Sqrt(3)),
        },
        new("a weight transposed", Stage.Initial, -1, "fc2", "weight-transposed")
        {
            Changes = port => port.get_parameter("hidden.weight")!.copy_(port.get_parameter("hidden.weight")!.t().clone()),
        },
        new("biases of zero", Stage.Initial, -1, "fc1", "initial-zeros") { Changes = port => port.get_parameter("input.bias")!.zero_() },
    ];

    internal override IReadOnlyList<Variant> Honest { get; } =
    [
        .. Common,
        new("layers by hand") { Model = () => new MlpPort { Hidden = DenseForm.Plain }.Built() },
        new("weights stored transposed") { Model = () => new MlpPort { Hidden = DenseForm.Transposed }.Built() },
        new("declared in another order") { Model = () => new MlpPort { DeclaresBackwards = true }.Built() },
        new("tanh by exponentials") { Model = () => new MlpPort { Squash = new ByHand(x => 1 - 2 / ((2 * x).exp() + 1)) }.Built() },
        new("loss by hand") { Loop = l => l with { Loss = CrossEntropy } },
        new("softmax by hand")
        {
            Loop = l => l with { Loss = (o, y) => -(o.exp() / o.exp().sum(1, keepdim: true)).log().gather(1, y.unsqueeze(1)).mean() },
        },
    ];

    protected override Module<Tensor, Tensor> Original() => new MlpOriginal();

    protected override Module<Tensor, Tensor> Port() => new MlpPort().Built();

    private static Batch Samples(int step) => new(Numbers.Normal((ulong)(100 + step), 8, 6), Numbers.Classes((ulong)(200 + step), 4, 8));

    private static Tensor CrossEntropy(Tensor output, Tensor targets)
    {
        var logarithm = output - output.exp().sum(1, keepdim: true).log();
        return -logarithm.gather(1, targets.unsqueeze(1)).sum() / targets.shape[0];
    }
}
