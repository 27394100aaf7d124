using Micrograd.Tapes;

namespace Micrograd;

public static partial class Loss
{
    /// <summary>The max-margin loss: relu(margin − target · output).</summary>
    /// <param name="outputs">The scores.</param>
    /// <param name="targets">As many targets, −1 or 1.</param>
    /// <param name="margin">Margin: samples with target · output ≥ margin contribute no loss.</param>
    /// <param name="reduction">Sum or mean.</param>
    /// <exception cref="ArgumentException">There are no outputs, or not as many targets.</exception>
    public static Value Hinge(ReadOnlySpan<Value> outputs, ReadOnlySpan<double> targets, double margin = 1, Reduction reduction = Reduction.Mean)
    {
        CheckTargets(outputs.Length, targets.Length);
        var losses = default(Fold);
        for (var i = 0; i < outputs.Length; i++)
            losses.Add((margin - targets[i] * outputs[i]).Relu());
        return losses.Reduce(reduction);
    }

    /// <summary>
    /// (target − 1) · log1p(−output) − target · log(output), with logarithms below −100 replaced by the constant −100.
    /// </summary>
    /// <remarks>
    /// The value is PyTorch's everywhere, but for the library that its kernel takes the logarithms from. The gradient is the derivative of what was computed: where a logarithm is clamped to −100 its gradient
    /// is 0, and for outputs within 1e-12 of 0 or 1 it is not limited. PyTorch's own backward divides by max(output · (1 − output), 1e-12).
    /// </remarks>
    /// <param name="outputs">Probabilities.</param>
    /// <param name="targets">As many targets in [0, 1].</param>
    /// <param name="reduction">Sum or mean.</param>
    /// <exception cref="ArgumentException">
    /// There are no outputs, or not as many targets, or an output lies outside [0, 1].
    /// </exception>
    public static Value BinaryCrossEntropy(ReadOnlySpan<Value> outputs, ReadOnlySpan<double> targets, Reduction reduction = Reduction.Mean)
    {
        CheckTargets(outputs.Length, targets.Length);
        var losses = default(Fold);
        for (var i = 0; i < outputs.Length; i++)
        {
            if (outputs[i].Data is < 0 or > 1)
                throw new ArgumentException(
                    $"Output {i} is {NumberText.Of(outputs[i].Data)}, no probability: was a sigmoid forgotten?",
                    nameof(outputs)
                );
            losses.Add((targets[i] - 1) * Held((-outputs[i]).Log1p()) - targets[i] * Held(outputs[i].Log()));
        }

        return losses.Reduce(reduction);
    }

    /// <summary>
    /// The cross-entropy of sigmoid(output), without its overflow: (1 − target) · output − logsigmoid(output). One node an output, whose
    /// gradient is sigmoid(output) − target, as PyTorch has it.
    /// </summary>
    /// <param name="outputs">The scores before their sigmoid.</param>
    /// <param name="targets">As many targets in [0, 1].</param>
    /// <param name="reduction">Sum or mean.</param>
    /// <exception cref="ArgumentException">There are no outputs, or not as many targets.</exception>
    public static Value BinaryCrossEntropyWithLogits(ReadOnlySpan<Value> outputs, ReadOnlySpan<double> targets, Reduction reduction = Reduction.Mean)
    {
        CheckTargets(outputs.Length, targets.Length);
        var losses = default(Fold);
        for (var i = 0; i < outputs.Length; i++)
            losses.Add(Tape.Attributed<BinaryCrossEntropyWithLogitsRule>(outputs[i], targets[i]));
        return losses.Reduce(reduction);
    }

    /// <summary>
    /// The cross-entropy of the softmax of each sample's scores: <see cref="Softmax.ApplyLog"/> sample by sample, then
    /// <see cref="NegativeLogLikelihood"/>.
    /// </summary>
    /// <param name="outputs">The scores, sample after sample, each as many as there are classes.</param>
    /// <param name="targets">Each sample's class, from 0.</param>
    /// <param name="reduction">Sum or mean over the samples.</param>
    /// <exception cref="ArgumentException">
    /// There are no samples, the outputs are no whole number of scores per sample, or a target is no class.
    /// </exception>
    public static Value CrossEntropy(ReadOnlySpan<Value> outputs, ReadOnlySpan<int> targets, Reduction reduction = Reduction.Mean)
    {
        var classes = CountClasses(outputs.Length, targets);
        var logs = ClassBuffer.Take(classes);
        var losses = default(Fold);
        for (var i = 0; i < targets.Length; i++)
        {
            Softmax.ApplyLog(outputs.Slice(i * classes, classes), logs);
            losses.Add(-logs[targets[i]]);
        }

        return losses.Reduce(reduction);
    }

    /// <summary>−output of the sample's own class, where the outputs are logarithms of probabilities.</summary>
    /// <param name="outputs">The logarithms, sample after sample, each as many as there are classes.</param>
    /// <param name="targets">Each sample's class, from 0.</param>
    /// <param name="reduction">Sum or mean over the samples.</param>
    /// <exception cref="ArgumentException">
    /// There are no samples, the outputs are no whole number of logarithms per sample, or a target is no class.
    /// </exception>
    public static Value NegativeLogLikelihood(ReadOnlySpan<Value> outputs, ReadOnlySpan<int> targets, Reduction reduction = Reduction.Mean)
    {
        var classes = CountClasses(outputs.Length, targets);
        var losses = default(Fold);
        for (var i = 0; i < targets.Length; i++)
            losses.Add(-outputs[i * classes + targets[i]]);
        return losses.Reduce(reduction);
    }

    /// <summary>A logarithm, or the constant −100 where it is below.</summary>
    private static Value Held(Value logarithm)
    {
        const double Least = -100;
        return logarithm.Data < Least ? Least : logarithm;
    }

    private static int CountClasses(int outputs, ReadOnlySpan<int> targets)
    {
        if (targets.IsEmpty || outputs == 0 || outputs % targets.Length != 0)
            throw new ArgumentException($"{outputs} outputs are no whole rows of scores for {targets.Length} samples.", nameof(outputs));
        var classes = outputs / targets.Length;
        for (var i = 0; i < targets.Length; i++)
        {
            if ((uint)targets[i] >= (uint)classes)
                throw new ArgumentException($"Target {i} is {targets[i]}, but the classes are 0 to {classes - 1}.", nameof(targets));
        }

        return classes;
    }
}

internal readonly struct BinaryCrossEntropyWithLogitsRule : IAttributedRule
{
    public static string Name => "binary_cross_entropy_with_logits";

    public static double Forward(double x, double p, double q) => (1 - p) * x - LogsigmoidRule.Forward(x);

    public static double Vjp(double g, double x, double p, double q, double y) => (SigmoidRule.Forward(x) - p) * g;
}
