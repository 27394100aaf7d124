using Micrograd.Parity.Comparing;
using Micrograd.Parity.Training;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>A loss on each side, of all outputs of a batch against its targets.</summary>
/// <param name="Ours">The engine's; outputs sample after sample.</param>
/// <param name="ZeroDim">From 0-dim tensors, in the engine's order; outputs sample after sample.</param>
/// <param name="Modules">As a function of PyTorch, of a tensor with a row per sample.</param>
internal sealed record LossPart(Func<Value[], Dataset, Value> Ours, Func<Tensor[], Dataset, Tensor> ZeroDim, Func<Tensor, Dataset, Tensor> Modules)
{
    /// <summary>What the modules' loss computes for a batch and its number of outputs, where its kernels do it in other operations than the engine's.</summary>
    internal Func<Dataset, int, FusedLoss?> Kernel { get; private init; } = (_, _) => null;

    internal static LossPart Of(Choice loss)
    {
        var sum = loss.Word("reduction") == "sum";
        var reduction = sum ? Reduction.Sum : Reduction.Mean;
        var theirs = sum ? nn.Reduction.Sum : nn.Reduction.Mean;
        return loss.Kind switch
        {
            "mse_loss" => new(
                (o, d) => Loss.SquaredError(o, d.Targets, reduction),
                (o, d) => Each(o, d, sum, (x, y) => (x - y).pow(2)),
                (o, d) => F.mse_loss(o, Targets(d), theirs)
            ),
            "l1_loss" => new(
                (o, d) => Loss.AbsoluteError(o, d.Targets, reduction),
                (o, d) => Each(o, d, sum, (x, y) => (x - y).abs()),
                (o, d) => F.l1_loss(o, Targets(d), theirs)
            ),
            "smooth_l1_loss" => new(
                (o, d) => Loss.SmoothL1(o, d.Targets, loss["beta"], reduction),
                (o, d) => Each(o, d, sum, (x, y) => SmoothL1(x - y, loss["beta"])),
                (o, d) => F.smooth_l1_loss(o, Targets(d), theirs, loss["beta"])
            ),
            "huber_loss" => new(
                (o, d) => Loss.Huber(o, d.Targets, loss["delta"], reduction),
                (o, d) => Each(o, d, sum, (x, y) => Huber(x - y, loss["delta"])),
                (o, d) => F.huber_loss(o, Targets(d), loss["delta"], theirs)
            ),
            "hinge" => new(
                (o, d) => Loss.Hinge(o, d.Targets, loss["margin"], reduction),
                (o, d) => Each(o, d, sum, (x, y) => (loss["margin"] - y * x).relu()),
                (o, d) => Reduce((loss["margin"] - Targets(d) * o).relu(), sum)
            ),
            "binary_cross_entropy" => new(
                (o, d) => Loss.BinaryCrossEntropy(o, d.Targets, reduction),
                (o, d) => Each(o, d, sum, (x, y) => (y - 1) * Held((-x).log1p()) - y * Held(x.log())),
                (o, d) => F.binary_cross_entropy(o, Targets(d), reduction: theirs)
            )
            {
                Kernel = (d, _) => FusedLosses.BinaryCrossEntropy(d, !sum),
            },
            "binary_cross_entropy_with_logits" => new(
                (o, d) => Loss.BinaryCrossEntropyWithLogits(o, d.Targets, reduction),
                (o, d) => Each(o, d, sum, (x, y) => F.binary_cross_entropy_with_logits(x, y, reduction: nn.Reduction.None)),
                (o, d) => F.binary_cross_entropy_with_logits(o, Targets(d), reduction: theirs)
            )
            {
                Kernel = (d, _) => FusedLosses.WithLogits(d, !sum),
            },
            "cross_entropy" => new(
                (o, d) => Loss.CrossEntropy(o, d.Classes(), reduction),
                (o, d) => OwnClass(o, d, sum),
                (o, d) => F.cross_entropy(o, Classes(d), reduction: theirs)
            )
            {
                Kernel = (d, outputs) => FusedLosses.CrossEntropy(d, outputs, !sum),
            },
            "nll_loss" => new(
                (o, d) => Loss.NegativeLogLikelihood(LogSoftmax(o, d.Count), d.Classes(), reduction),
                (o, d) => OwnClass(o, d, sum),
                (o, d) => F.nll_loss(F.log_softmax(o, 1), Classes(d), reduction: theirs)
            )
            {
                Kernel = (d, outputs) => FusedLosses.CrossEntropy(d, outputs, !sum),
            },
            _ => throw new ArgumentException($"There is no loss {loss.Kind}.", nameof(loss)),
        };
    }

    /// <summary>Each output's own loss, added up from the first to the last.</summary>
    private static Tensor Each(Tensor[] outputs, Dataset data, bool sum, Func<Tensor, Tensor, Tensor> loss)
    {
        var targets = Samples.ZeroDim(data.Targets.ToArray());
        return Fold([.. outputs.Zip(targets, loss)], sum);
    }

    /// <summary>The negative logarithm of each sample's softmax at its own class.</summary>
    private static Tensor OwnClass(Tensor[] outputs, Dataset data, bool sum)
    {
        var scores = outputs.Length / data.Count;
        var losses = data.Classes().Select((own, i) => -LogSoftmax(outputs[(i * scores)..((i + 1) * scores)])[own]);
        return Fold([.. losses], sum);
    }

    private static Tensor Fold(Tensor[] losses, bool sum)
    {
        var total = losses.Aggregate((a, b) => a + b);
        return sum ? total : total / losses.Length;
    }

    private static Tensor Reduce(Tensor losses, bool sum) => sum ? losses.sum() : losses.mean();

    private static Tensor[] LogSoftmax(Tensor[] scores)
    {
        var greatest = tensor(scores.Max(x => x.item<double>()), float64);
        var differences = Array.ConvertAll(scores, x => x - greatest);
        var log = differences.Select(d => d.exp()).Aggregate((a, b) => a + b).log();
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

    private static Tensor SmoothL1(Tensor d, double beta)
    {
        var number = d.item<double>();
        return Math.Abs(number) < beta ? 0.5 * d.pow(2) / beta : (number <= -beta ? -d : d) - 0.5 * beta;
    }

    private static Tensor Huber(Tensor d, double delta) => Math.Abs(d.item<double>()) < delta ? 0.5 * d.pow(2) : delta * (d.abs() - 0.5 * delta);

    /// <summary>PyTorch holds the logarithm of a probability at −100.</summary>
    private static Tensor Held(Tensor logarithm) => logarithm.item<double>() < -100 ? tensor(-100.0, float64) : logarithm;

    private static Tensor Targets(Dataset data) => tensor(data.Targets.ToArray(), float64).reshape(data.Count, data.Outputs);

    private static Tensor Classes(Dataset data) => tensor(Array.ConvertAll(data.Classes(), c => (long)c), int64);
}
