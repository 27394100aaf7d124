using Micrograd.Parity.Diff.Recordings;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>A net with BatchNorm, trained by SGD with Nesterov's momentum.</summary>
internal sealed class BatchNormPair : Pair
{
    private static readonly SgdSettings s_sgd = new(0.05) { Momentum = 0.9, Nesterov = true };

    internal override string Name => "batchnorm";

    internal override IReadOnlyList<(string Original, string Port)> Names { get; } =
    [
        ("fc1", "first"),
        ("bn1", "first_norm"),
        ("relu1", "first_relu"),
        ("fc2", "second"),
        ("bn2", "second_norm"),
        ("relu2", "second_relu"),
        ("fc3", "third"),
    ];

    internal override IReadOnlyList<PlantedFault> Faults { get; } =
    [
        Normed("momentum the other way round", Stage.Settings, "momentum", () => BatchNorm1d(16, momentum: 0.9)),
        Normed("another epsilon", Stage.Settings, "epsilon", () => BatchNorm1d(16, eps: 1e-3)),
        Normed("no affine part", Stage.Settings, "affine", () => BatchNorm1d(16, affine: false)),
        Normed("no running statistics", Stage.Settings, "track-running-stats", () => BatchNorm1d(16, track_running_stats: false)),
        Normed("LayerNorm for BatchNorm", Stage.Settings, "module-type", () => LayerNorm(16)),
        ByHand("momentum the other way round, by hand", BatchNormForm.MomentumExchanged, "running_mean", "momentum"),
        ByHand("biased running variance", BatchNormForm.BiasedRunningVariance, "running_var", "biased-running-variance"),
        ByHand("running statistics not written", BatchNormForm.NotWritten, "running_mean", "statistics-not-updated"),
        ByHand("running variance of deviations", BatchNormForm.RunningDeviation, "running_var", "running-deviation"),
        ByHand("unbiased variance", BatchNormForm.UnbiasedVariance, Stage.Forward, "unbiased-variance"),
        ByHand("variance not centred", BatchNormForm.NotCentred, Stage.Forward, "variance-not-centred"),
        ByHand("running statistics in training", BatchNormForm.RunningInTraining, Stage.Forward, "evaluation-mode"),
        ByHand("over features", BatchNormForm.OverFeatures, Stage.Forward, "normalized-over-other-dimensions"),
        ByHand("epsilon outside the root", BatchNormForm.EpsilonOutside, Stage.Forward, "epsilon-outside-root"),
        ByHand("statistics detached", BatchNormForm.Detached, Stage.Backward, "statistics-detached") with
        {
            // What the second norm passes back is the first to be wrong.
            Of = "fc2",
            Quantity = RecordedQuantity.OutputGradient,
        },
        InModel(
            "norm behind ReLU",
            Stage.Forward,
            "bn1",
            "modules-exchanged",
            () => new BatchNormPort { NormsBehind = true }.Built(),
            RecordedQuantity.Input
        ),
        InModel(
            "second norm left out",
            Stage.Forward,
            "relu2",
            "module-not-called",
            () => new BatchNormPort { SkipsSecond = true }.Built(),
            RecordedQuantity.Input
        ),
        InModel("first norm called for the second", Stage.Forward, "bn2", "module-called-in-place-of-another", () =>
            new BatchNormPort { SharesFirst = true }.Built()
        ) with
        {
            Quantity = null,
        },
        InModel("a bias before the norm", Stage.Settings, "fc1", "bias", () => new BatchNormPort { HasBias = true }.Built()),
        InLoop("in evaluation", (Stage.Forward, 0, "bn1"), "evaluation-mode", l => l with { Prepare = (model, _) => model.eval() }),
        InLoop("in evaluation from the second step", (Stage.Forward, 1, "bn1"), "evaluation-mode", l =>
            l with
            {
                Prepare = (model, step) => model.train(step == 0),
            }
        ),
        InPasses("micro-batches", (Stage.Batch, 0, ""), "micro-batches", l => l with { MicroBatches = 2 }),
        InLoop("gradients not cleared", (Stage.Backward, 1, "fc3.bias"), "gradients-not-cleared", l => l with { ClearsGradients = false }),
        InOptimizer("no Nesterov", "nesterov", s_sgd with { Nesterov = false }),
        InOptimizer("learning rate", "learning-rate", s_sgd with { Rate = 0.01 }),
        InOptimizer("decay", "weight-decay", s_sgd with { Decay = 1e-2 }),
        InOptimizer("momentum", "momentum", s_sgd with { Momentum = 0.5 }),
        InNumbers(
            "another running variance",
            "bn1.running_var",
            "initial-zeros",
            port => port.get_buffer("first_norm.running_var")!.zero_(),
            RecordedQuantity.Buffer
        ),
    ];

    internal override IReadOnlyList<Variant> Honest { get; } =
    [
        .. Common,
        new("norm by hand") { Model = () => new BatchNormPort { Norm = () => new BatchNormByHand(16) }.Built() },
        new("evaluated between steps") { Loop = l => l with { Prepare = Evaluate } },
        new("loss from logarithms") { Loop = l => l with { Loss = (o, y) => F.nll_loss(F.log_softmax(o, 1), y) } },
    ];

    protected override TrainingLoop Loop { get; } =
        new()
        {
            Optimizer = s_sgd,
            Batch = Samples,
            Loss = (output, targets) => F.cross_entropy(output, targets),
        };

    protected override Module<Tensor, Tensor> Original() => new BatchNormOriginal();

    protected override Module<Tensor, Tensor> Port() => new BatchNormPort().Built();

    private static Batch Samples(int step) => new(1 + 2 * Numbers.Normal((ulong)(800 + step), 12, 8), Numbers.Classes((ulong)(900 + step), 4, 12));

    private static void Evaluate(Module model, int step)
    {
        using var off = no_grad();
        model.eval();
        ((Module<Tensor, Tensor>)model).call(Samples(50).Inputs.to_type(model.parameters().First().dtype));
        model.train();
    }

    private static PlantedFault Normed(string name, Stage stage, string cause, Func<Module<Tensor, Tensor>> norm) =>
        InModel(name, stage, "bn1", cause, () => new BatchNormPort { Norm = norm }.Built());

    private static PlantedFault ByHand(string name, BatchNormForm form, string buffer, string cause) =>
        ByHand(name, form, Stage.Update, cause) with
        {
            Of = $"bn1.{buffer}",
            Quantity = RecordedQuantity.Buffer,
        };

    private static PlantedFault ByHand(string name, BatchNormForm form, Stage stage, string cause) =>
        InModel(name, stage, "bn1", cause, () => new BatchNormPort { Norm = () => new BatchNormByHand(16, form) }.Built());
}
