using Micrograd.Parity.Diff.Recordings;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>An autoencoder of small pictures, trained by Adam with L2.</summary>
internal sealed class AutoencoderPair : Pair
{
    private static readonly AdamSettings s_adam = new(1e-2) { Decay = 1e-3 };

    internal override string Name => "autoencoder";

    internal override IReadOnlyList<(string Original, string Port)> Names { get; } =
    [
        ("encoder.0", "enc1"),
        ("encoder.1", "rectify1"),
        ("encoder.2", "enc2"),
        ("decoder.0", "dec1"),
        ("decoder.1", "rectify2"),
        ("decoder.2", "dec2"),
        ("decoder.3", "output"),
    ];

    internal override IReadOnlyList<PlantedFault> Faults { get; } =
    [
        InLoop("targets from -1 to 1", (Stage.Batch, 0, "targets"), "batch-normalized", l =>
            l with
            {
                Batch = s => Samples(s) is var b ? b with { Targets = 2 * b.Targets - 1 } : b,
            }
        ),
        InLoop("pictures from 0 to 255", (Stage.Batch, 0, "inputs"), "batch-normalized", l =>
            l with
            {
                Batch = s => Samples(s) is var b ? b with { Inputs = 255 * b.Inputs } : b,
            }
        ),
        InLoop("noise on the inputs", (Stage.Batch, 0, "inputs"), "another-batch", l =>
            l with
            {
                Batch = s => Samples(s) is var b ? b with { Inputs = b.Inputs + 0.1 * Numbers.Normal(9, 10, 12) } : b,
            }
        ),
        InLoop("summed over pixels", (Stage.Loss, 0, "loss"), "reduction-batchmean", l =>
            l with
            {
                Loss = (o, y) => F.mse_loss(o, y, nn.Reduction.Sum) / o.shape[0],
            }
        ),
        InLoop("sum for mean", (Stage.Loss, 0, "loss"), "reduction-sum", l => l with { Loss = (o, y) => F.mse_loss(o, y, nn.Reduction.Sum) }),
        InLoop("half of the square", (Stage.Loss, 0, "loss"), "half", l => l with { Loss = (o, y) => 0.5 * F.mse_loss(o, y) }),
        InLoop("cross entropy", (Stage.Loss, 0, "loss"), "another-loss", l => l with { Loss = (o, y) => F.binary_cross_entropy(o, y) }),
        InLoop("gradients not cleared", (Stage.Backward, 1, "decoder.2.bias"), "gradients-not-cleared", l => l with { ClearsGradients = false }),
        InLoop("another batch", (Stage.Batch, 2, "inputs"), "another-batch", l => l with { Batch = s => Samples(s == 2 ? 70 : s) }),
        InLoop("twice the same batch", (Stage.Batch, 1, "inputs"), "batch-of-another-step", l => l with { Batch = s => Samples(Math.Max(0, s - 1)) }),
        InPasses("two steps for a batch", (Stage.Batch, 1, ""), "two-steps-for-a-batch", l => l with { StepsPerBatch = 2 }),
        InOptimizer("AdamW for Adam", "weight-decay-coupled", s_adam with { IsDecoupled = true }),
        InOptimizer("no decay", "weight-decay", s_adam with { Decay = 0 }),
        InOptimizer("learning rate", "learning-rate", s_adam with { Rate = 3e-2 }),
        InOptimizer("betas", "betas", s_adam with { Betas = (0.9, 0.99) }),
        InOptimizer("amsgrad", "amsgrad", s_adam with { Amsgrad = true }),
        Formed("no sigmoid", AutoencoderForm.SigmoidLeftOut, Stage.Forward, "", "module-not-called"),
        Formed("tanh for the sigmoid", AutoencoderForm.TanhForSigmoid, Stage.Settings, "decoder.3", "module-type"),
        Formed("no ReLU in the encoder", AutoencoderForm.ReluLeftOut, Stage.Forward, "encoder.2", "module-not-called", RecordedQuantity.Input),
        Formed("a layer of the decoder frozen", AutoencoderForm.DecoderFrozen, Stage.Settings, "decoder.0.weight", "layer-frozen"),
        Formed("encoder detached", AutoencoderForm.EncoderDetached, Stage.Backward, "encoder.2.bias", "layer-detached"),
        Formed("one layer called twice", AutoencoderForm.LayerTwice, Stage.Forward, "decoder.1", "input-from-elsewhere", RecordedQuantity.Input),
        Formed("output from 0 to 255", AutoencoderForm.OutputScaled, Stage.Forward, "", "scaled"),
        Formed("code normalised", AutoencoderForm.CodeNormalised, Stage.Forward, "decoder.0", "function-added", RecordedQuantity.Input),
        InNumbers("weights of the decoder from the encoder", "decoder.2.weight", "drawn-differently", port =>
            port.get_parameter("dec2.weight")!.copy_(port.get_parameter("enc1.weight")!.t())
        ),
        InNumbers("encoder on another scale", "encoder.0.weight", "initial-scale", port => port.get_parameter("enc1.weight")!.mul_(0.5)),
    ];

    internal override IReadOnlyList<Variant> Honest { get; } =
    [
        .. Common,
        new("loss by hand") { Loop = l => l with { Loss = (o, y) => (o - y).pow(2).sum() / o.numel() } },
        new("sigmoid by exponentials") { Model = () => new AutoencoderPort(AutoencoderForm.SigmoidByHand) },
        new("ReLU by comparison") { Model = () => new AutoencoderPort(AutoencoderForm.ReluByHand) },
        new("weights stored transposed") { Model = () => new AutoencoderPort(AutoencoderForm.Transposed) },
    ];

    protected override TrainingLoop Loop { get; } =
        new()
        {
            Optimizer = s_adam,
            Batch = step => Samples(step),
            Loss = (output, targets) => F.mse_loss(output, targets),
        };

    protected override Module<Tensor, Tensor> Original() => new AutoencoderOriginal();

    protected override Module<Tensor, Tensor> Port() => new AutoencoderPort();

    private static Batch Samples(int step)
    {
        var pictures = sigmoid(2 * Numbers.Normal((ulong)(700 + step), 10, 12));
        return new Batch(pictures, pictures.clone());
    }

    private static PlantedFault Formed(string name, AutoencoderForm form, Stage stage, string of, string cause, RecordedQuantity? quantity = null) =>
        InModel(name, stage, of, cause, () => new AutoencoderPort(form), quantity);
}
