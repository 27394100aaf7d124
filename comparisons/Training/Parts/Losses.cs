using Micrograd.Parity.Training;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>The losses: the engine's, their terms op by op, and PyTorch's function.</summary>
internal static class Losses
{
    internal static IReadOnlyList<LossRow> Rows { get; } =
    [
        LossRow.Each(
            "mse_loss",
            [],
            (o, d, c) => Loss.SquaredError(o, d.Targets, Ours(c)),
            (o, y, c) => (o - y).Pow(2),
            (o, d, c) => F.mse_loss(o, Targets(d), Theirs(c))
        ),
        LossRow.Each(
            "l1_loss",
            [],
            (o, d, c) => Loss.AbsoluteError(o, d.Targets, Ours(c)),
            (o, y, c) => (o - y).Apply("abs"),
            (o, d, c) => F.l1_loss(o, Targets(d), Theirs(c))
        ),
        LossRow.Each(
            "smooth_l1_loss",
            [Setting.Positive("beta", 1, "threshold between the parabola and the lines")],
            (o, d, c) => Loss.SmoothL1(o, d.Targets, c["beta"], Ours(c)),
            (o, y, c) => SmoothL1(o - y, c["beta"]),
            (o, d, c) => F.smooth_l1_loss(o, Targets(d), Theirs(c), c["beta"])
        ),
        LossRow.Each(
            "huber_loss",
            [Setting.Positive("delta", 1, "threshold between the parabola and the lines")],
            (o, d, c) => Loss.Huber(o, d.Targets, c["delta"], Ours(c)),
            (o, y, c) => Huber(o - y, c["delta"]),
            (o, d, c) => F.huber_loss(o, Targets(d), c["delta"], Theirs(c))
        ),
        LossRow.Each(
            "hinge",
            [Setting.NotNegative("margin", 1, "samples with target · output ≥ margin contribute no loss")],
            (o, d, c) => Loss.Hinge(o, d.Targets, c["margin"], Ours(c)),
            (o, y, c) => (c["margin"] - y * o).Apply("relu"),
            (o, d, c) => Reduced((c["margin"] - Targets(d) * o).relu(), c)
        ),
        LossRow.Each(
            "binary_cross_entropy",
            [],
            (o, d, c) => Loss.BinaryCrossEntropy(o, d.Targets, Ours(c)),
            (o, y, c) => (y - 1) * Held((-o).Apply("log1p")) - y * Held(o.Apply("log")),
            (o, d, c) => F.binary_cross_entropy(o, Targets(d), reduction: Theirs(c))
        ) with
        {
            Kernel = (d, c, _) => FusedLosses.BinaryCrossEntropy(d, !IsSum(c)),
        },
        LossRow.Each(
            "binary_cross_entropy_with_logits",
            [],
            (o, d, c) => Loss.BinaryCrossEntropyWithLogits(o, d.Targets, Ours(c)),
            (o, y, c) => o.Apply("binary_cross_entropy_with_logits", y),
            (o, d, c) => F.binary_cross_entropy_with_logits(o, Targets(d), reduction: Theirs(c))
        ) with
        {
            Kernel = (d, c, _) => FusedLosses.WithLogits(d, !IsSum(c)),
        },
        new(
            "cross_entropy",
            [],
            (o, d, c) => Loss.CrossEntropy(o, d.Classes(), Ours(c)),
            (o, d, c) => OwnClass(o, d),
            (o, d, c) => F.cross_entropy(o, Classes(d), reduction: Theirs(c))
        )
        {
            Kernel = (d, c, outputs) => FusedLosses.CrossEntropy(d, outputs, !IsSum(c)),
        },
        new(
            "nll_loss",
            [],
            (o, d, c) => Loss.NegativeLogLikelihood(LogSoftmax(o, d.Count), d.Classes(), Ours(c)),
            (o, d, c) => OwnClass(o, d),
            (o, d, c) => F.nll_loss(F.log_softmax(o, 1), Classes(d), reduction: Theirs(c))
        )
        {
            Kernel = (d, c, outputs) => FusedLosses.CrossEntropy(d, outputs, !IsSum(c)),
        },
    ];

    private static bool IsSum(Choice loss) => loss.Word("reduction") == "sum";

    private static Reduction Ours(Choice loss) => IsSum(loss) ? Reduction.Sum : Reduction.Mean;

    private static nn.Reduction Theirs(Choice loss) => IsSum(loss) ? nn.Reduction.Sum : nn.Reduction.Mean;

    private static Tensor Reduced(Tensor losses, Choice loss) => IsSum(loss) ? losses.sum() : losses.mean();

    private static OpValue SmoothL1(OpValue d, double beta) =>
        Math.Abs(d.Data) < beta ? 0.5 * d.Pow(2) / beta : (d.Data <= -beta ? -d : d) - 0.5 * beta;

    private static OpValue Huber(OpValue d, double delta) => Math.Abs(d.Data) < delta ? 0.5 * d.Pow(2) : delta * (d.Apply("abs") - 0.5 * delta);

    /// <summary>PyTorch holds the logarithm of a probability at −100.</summary>
    private static OpValue Held(OpValue logarithm) => logarithm.Data < -100 ? logarithm.Constant(-100) : logarithm;

    /// <summary>The negative logarithm of each sample's softmax at its own class.</summary>
    private static IEnumerable<OpValue> OwnClass(OpValue[] outputs, Dataset data)
    {
        var scores = outputs.Length / data.Count;
        return data.Classes().Select((own, i) => -LogSoftmax(outputs[(i * scores)..((i + 1) * scores)])[own]);
    }

    private static OpValue[] LogSoftmax(OpValue[] scores)
    {
        var greatest = scores[0].Constant(scores.Max(x => x.Data));
        var differences = Array.ConvertAll(scores, x => x - greatest);
        var log = OpValue.Fold(Array.ConvertAll(differences, d => d.Apply("exp"))).Apply("log");
        return Array.ConvertAll(differences, d => d - log);
    }

    private static Value[] LogSoftmax(Value[] scores, int samples)
    {
        var logs = new Value[scores.Length];
        var classes = scores.Length / samples;
        for (var i = 0; i < scores.Length; i += classes)
            Softmax.ApplyLog(scores.AsSpan(i, classes), logs.AsSpan(i, classes));
        return logs;
    }

    private static Tensor Targets(Dataset data) => tensor(data.Targets.ToArray(), float64).reshape(data.Count, data.Outputs);

    private static Tensor Classes(Dataset data) => tensor(Array.ConvertAll(data.Classes(), c => (long)c), int64);
}
