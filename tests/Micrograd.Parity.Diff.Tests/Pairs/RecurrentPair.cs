using Micrograd.Parity.Diff.Recordings;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>A recurrent net, its LSTM as one module, that predicts numbers from sequences and is trained by RMSprop.</summary>
internal sealed class RecurrentPair : Pair
{
    private static readonly RmsPropSettings s_rmsProp = new(1e-2) { Momentum = 0.5 };

    internal override string Name => "recurrent";

    internal override IReadOnlyList<(string Original, string Port)> Names { get; } = [("lstm", "cells"), ("head", "readout")];

    internal override IReadOnlyList<PlantedFault> Faults { get; } =
    [
        Formed("output gate before the candidate", RecurrentForm.LastGatesExchanged, "lstm", "gate-order"),
        Formed("input and forget gate exchanged", RecurrentForm.FirstGatesExchanged, "lstm", "gate-order"),
        Formed("candidate by the sigmoid", RecurrentForm.CandidateBySigmoid, "lstm", "candidate-squashed-otherwise"),
        Formed("cell not squashed", RecurrentForm.CellNotSquashed, "lstm", "cell-not-squashed"),
        Formed("one bias of two", RecurrentForm.SecondBiasLeftOut, "lstm", "recurrent-bias-left-out"),
        Formed("recurrent weight not transposed", RecurrentForm.TranspositionLeftOut, "lstm", "weight-not-transposed"),
        Formed("sequence backwards", RecurrentForm.Backwards, "lstm", "sequence-backwards"),
        Formed("state not handed on", RecurrentForm.StateNotHandedOn, "lstm", "state-not-handed-on"),
        Formed("cell not handed on", RecurrentForm.CellNotHandedOn, "lstm", "cell-not-handed-on"),
        Formed("gates by straight lines", RecurrentForm.HardGates, "lstm", "hard-gates"),
        Formed("one more in the forget gate", RecurrentForm.ForgetBias, "lstm", "forget-bias"),
        InModel("sequences and batch exchanged", Stage.Settings, "lstm", "batch-first", () => new RecurrentPort { Cells = LSTM(5, 12) }.Built()),
        InModel("two layers", Stage.Settings, "lstm", "num-layers", () =>
            new RecurrentPort { Cells = LSTM(5, 12, numLayers: 2, batchFirst: true) }.Built()
        ),
        InModel("no bias", Stage.Settings, "lstm", "bias", () => new RecurrentPort { Cells = LSTM(5, 12, bias: false, batchFirst: true) }.Built()),
        InModel("GRU for LSTM", Stage.Settings, "lstm", "module-type", () => new GruPort()),
        InModel(
            "mean of all times",
            Stage.Forward,
            "head",
            "another-place-of-the-sequence",
            () => new RecurrentPort { Reads = (all, _) => all.mean([1]) }.Built(),
            RecordedQuantity.Input
        ),
        InModel(
            "first time for the last",
            Stage.Forward,
            "head",
            "another-place-of-the-sequence",
            () => new RecurrentPort { Reads = (all, _) => all.select(1, 0) }.Built(),
            RecordedQuantity.Input
        ),
        InModel(
            "cell for the output",
            Stage.Forward,
            "head",
            "another-place-of-the-sequence",
            () => new RecurrentPort { Reads = (_, cell) => cell.select(0, 0) }.Built(),
            RecordedQuantity.Input
        ),
        InModel("state kept for the next batch", Stage.Forward, "lstm", "state-kept", () => new RecurrentPort { KeepsState = true }.Built()) with
        {
            Step = 1,
            Quantity = RecordedQuantity.Input,
        },
        InModel("LSTM detached", Stage.Backward, "lstm.bias_hh_l0", "layer-detached", () =>
            new RecurrentPort { Reads = (all, _) => all.select(1, -1).detach() }.Built()
        ),
        InLoop("absolute error", (Stage.Loss, 0, "loss"), "another-loss", l => l with { Loss = (o, y) => F.l1_loss(o, y) }),
        InLoop("half of the square", (Stage.Loss, 0, "loss"), "half", l => l with { Loss = (o, y) => F.mse_loss(o, y) / 2 }),
        InLoop("root of the mean", (Stage.Loss, 0, "loss"), "root-of-the-loss", l => l with { Loss = (o, y) => F.mse_loss(o, y).sqrt() }),
        InLoop("sum over outputs", (Stage.Loss, 0, "loss"), "reduction-batchmean", l =>
            l with
            {
                Loss = (o, y) => F.mse_loss(o, y, nn.Reduction.Sum) / o.shape[0],
            }
        ),
        InLoop("sum for mean", (Stage.Loss, 0, "loss"), "reduction-sum", l => l with { Loss = (o, y) => F.mse_loss(o, y, nn.Reduction.Sum) }),
        InLoop("Huber's loss", (Stage.Loss, 0, "loss"), "another-loss", l => l with { Loss = (o, y) => F.smooth_l1_loss(o, y) }),
        InLoop("targets normalised", (Stage.Batch, 0, "targets"), "batch-normalized", l =>
            l with
            {
                Batch = s => Samples(s) is var b ? b with { Targets = (b.Targets - 0.25) / 2 } : b,
            }
        ),
        InLoop("clipping by value", (Stage.Clipping, 0, "lstm.weight_ih_l0"), "clipped-otherwise", l => l with { Clip = Clipping.Value(0.25) }),
        InLoop("gradients not cleared", (Stage.Backward, 1, "head.bias"), "gradients-not-cleared", l => l with { ClearsGradients = false }),
        .. new (string Name, string Cause, RecordedQuantity Quantity, RmsPropMistake Mistake)[]
        {
            ("epsilon inside the root", "epsilon-inside-root", RecordedQuantity.Parameter, RmsPropMistake.EpsilonInsideTheRoot),
            ("rate in the momentum", "rate-in-momentum", RecordedQuantity.State, RmsPropMistake.RateInBuffer),
            ("squares begin with one", "initial-accumulator", RecordedQuantity.Parameter, RmsPropMistake.BeginsWithOne),
        }.Select(m =>
            InLoop(m.Name, (Stage.Update, 0, "lstm.weight_ih_l0"), m.Cause, l => l with { Optimizer = s_rmsProp with { Mistake = m.Mistake } }) with
            {
                Quantity = m.Quantity,
            }
        ),
        InOptimizer("learning rate", "learning-rate", s_rmsProp with { Rate = 1e-3 }),
        InOptimizer("alpha", "alpha", s_rmsProp with { Alpha = 0.9 }),
        InOptimizer("epsilon", "epsilon", s_rmsProp with { Epsilon = 1e-7 }),
        InOptimizer("no momentum", "momentum", s_rmsProp with { Momentum = 0 }),
        InOptimizer("centred", "centered", s_rmsProp with { Centered = true }),
        InNumbers("bias of the forget gate", "lstm.bias_ih_l0", "drawn-differently", port =>
            port.get_parameter("cells.bias_ih_l0")!.narrow(0, 12, 12).add_(1)
        ),
    ];

    internal override IReadOnlyList<Variant> Honest { get; } =
    [
        .. Common,
        new("gates by hand") { Model = () => new RecurrentPort { Cells = new LstmByHand(5, 12) }.Built() },
        new("last state for the last output") { Model = () => new RecurrentPort { ReadsState = true }.Built() },
        new("loss by hand") { Loop = l => l with { Loss = (o, y) => (o - y).square().mean() } },
    ];

    protected override TrainingLoop Loop { get; } =
        new()
        {
            Optimizer = s_rmsProp,
            Batch = step => Samples(step),
            Loss = (output, targets) => F.mse_loss(output, targets),
            Clip = Clipping.Norm(0.25),
        };

    protected override Module<Tensor, Tensor> Original() => new RecurrentOriginal();

    protected override Module<Tensor, Tensor> Port() => new RecurrentPort().Built();

    private static Batch Samples(int step) => new(Numbers.Normal((ulong)(500 + step), 6, 7, 5), Numbers.Normal((ulong)(600 + step), 6, 3));

    private static PlantedFault Formed(string name, RecurrentForm form, string of, string cause) =>
        InModel(name, Stage.Forward, of, cause, () => new RecurrentPort { Cells = new LstmByHand(5, 12, form) }.Built());
}
