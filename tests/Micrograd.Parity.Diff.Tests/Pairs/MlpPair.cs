using Micrograd.Parity.Diff.Recordings;
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
        InRate("another learning rate", -1, "learning-rate", s => 2 * Rate * Math.Pow(Decay, s)),
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
            },
            "fc2.weight"
        ),
        InRate("schedule late by a step", 1, "schedule-a-step-late", s => Rate * Math.Pow(Decay, Math.Max(0, s - 1))),
        InRate("schedule early by a step", -1, "schedule-a-step-early", s => Rate * Math.Pow(Decay, s + 1)),
        InRate("rate decayed twice", 1, "schedule-stepped-twice", s => Rate * Math.Pow(Decay, 2 * s)),
        InRate("no schedule", 1, "not-scheduled", null),
        InLoop("sum for mean", (Stage.Loss, 0, "loss"), "reduction-sum", l =>
            l with
            {
                Loss = (o, y) => F.cross_entropy(o, y, reduction: nn.Reduction.Sum),
            }
        ),
        InLoop("gradients not cleared", (Stage.Backward, 1, "fc3.bias"), "gradients-not-cleared", l => l with { ClearsGradients = false }),
        InLoop("micro-batches not divided", (Stage.Loss, 0, "loss"), "micro-batches-not-divided", l => l with { DividesMicroBatches = false }),
        InPasses("one micro-batch", (Stage.Batch, 0, ""), "micro-batches", l => l with { MicroBatches = 1 }),
        InLoop("no clipping", (Stage.Clipping, 0, "fc1.weight"), "not-clipped", l => l with { Clip = null }),
        InLoop("clipping by value", (Stage.Clipping, 0, "fc1.weight"), "clipped-otherwise", l => l with { Clip = Clipping.Value(Clip) }),
        InLoop("clipping each layer", (Stage.Clipping, 0, "fc1.weight"), "clipped-each-alone", l => l with { Clip = Clipping.NormOfEach(Clip) }),
        InLoop("clipping at another norm", (Stage.Clipping, 0, "fc1.weight"), "clipping-limit", l => l with { Clip = Clipping.Norm(2 * Clip) }),
        InLoop("clipping after the step", (Stage.Clipping, 0, "fc1.weight"), "not-clipped", l => l with { ClipsLate = true }),
        InLoop("cleared before each micro-batch", (Stage.Backward, 0, "fc3.bias"), "last-micro-batch-only", l => l with { ClearsEachPass = true }),
        .. new (string Name, string Cause, RecordedQuantity Quantity, SgdMistake Mistake)[]
        {
            ("rate in the momentum", "rate-in-momentum", RecordedQuantity.State, SgdMistake.RateInBuffer),
            ("momentum as a mean", "momentum-averaged", RecordedQuantity.Parameter, SgdMistake.Averaged),
            ("decay beside the gradient", "decoupled-decay", RecordedQuantity.Parameter, SgdMistake.DecayDecoupled),
        }.Select(m =>
            InLoop(m.Name, (Stage.Update, 0, "fc1.weight"), m.Cause, l => l with { Optimizer = s_sgd with { Mistake = m.Mistake } }) with
            {
                Quantity = m.Quantity,
            }
        ),
        InLoop("another order", (Stage.Batch, 0, "inputs"), "batch-of-another-step", l => l with { Batch = s => Samples((s + 1) % 3) }),
        InLoop("shuffled within the batch", (Stage.Batch, 0, "inputs"), "batch-overlaps", l =>
            l with
            {
                Batch = s => Samples(s).At(5, 2, 7, 0, 3, 6, 1, 4),
            }
        ),
        InLoop("another batch", (Stage.Batch, 1, "inputs"), "another-batch", l => l with { Batch = s => Samples(s == 1 ? 99 : s) }),
        InLoop("labels in another order", (Stage.Batch, 0, "targets"), "batch-overlaps", l =>
            l with
            {
                Batch = s => Samples(s) with { Targets = Samples(s).Targets.roll(1) },
            }
        ),
        InPasses("two steps for a batch", (Stage.Batch, 1, ""), "two-steps-for-a-batch", l => l with { StepsPerBatch = 2 }),
        InPasses("step before backward", (Stage.Batch, 0, ""), "step-before-backward", l => l with { StepsBeforeBackward = true }),
        InModel("no transposition", Stage.Forward, "fc2", "weight-not-transposed", () =>
            new MlpPort { Hidden = DenseForm.TranspositionLeftOut }.Built()
        ),
        InModel("bias not added", Stage.Forward, "fc2", "bias-left-out", () => new MlpPort { Hidden = DenseForm.BiasLeftOut }.Built()),
        InModel("no bias", Stage.Settings, "fc1", "bias", () => new MlpPort { HasInputBias = false }.Built()),
        InModel("a layer frozen", Stage.Settings, "fc1.weight", "layer-frozen", () => new MlpPort { IsInputFrozen = true }.Built()),
        InModel("a layer detached", Stage.Backward, "fc1.bias", "layer-detached", () => new MlpPort { DetachesInput = true }.Built()),
        InModel("another activation", Stage.Settings, "act2", "module-type", () => new MlpPort { Rectify = LeakyReLU(0.01) }.Built()),
        InModel("no activation", Stage.Forward, "fc2", "module-not-called", () => new MlpPort { SkipsSquash = true }.Built(), RecordedQuantity.Input),
        InNumbers("drawn differently", "fc1.weight", "drawn-differently", port => init.uniform_(port.get_parameter("input.weight")!, -0.4, 0.4)),
        InNumbers("drawn on another scale", "fc2.weight", "initial-scale", port => port.get_parameter("hidden.weight")!.mul_(Math.Sqrt(3))),
        InNumbers("a weight transposed", "fc2.weight", "weight-transposed", port =>
            port.get_parameter("hidden.weight")!.copy_(port.get_parameter("hidden.weight")!.t().clone())
        ),
        InNumbers("biases of zero", "fc1.bias", "initial-zeros", port => port.get_parameter("input.bias")!.zero_()),
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
