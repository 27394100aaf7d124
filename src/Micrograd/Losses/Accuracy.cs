namespace Micrograd;

/// <summary>Fraction of correctly classified samples, from 0 to 1.</summary>
public static class Accuracy
{
    /// <summary>Fraction of outputs on their target's side of a threshold: both above it, or both not.</summary>
    /// <param name="outputs">The scores or probabilities.</param>
    /// <param name="targets">As many targets.</param>
    /// <param name="threshold">0 for scores with targets −1 and 1; 0.5 for probabilities with targets 0 and 1.</param>
    /// <exception cref="ArgumentException">There are no outputs, or not as many targets.</exception>
    public static double OfTwoClasses(ReadOnlySpan<Value> outputs, ReadOnlySpan<double> targets, double threshold = 0)
    {
        if (outputs.IsEmpty || outputs.Length != targets.Length)
            throw new ArgumentException($"There are {outputs.Length} outputs and {targets.Length} targets.", nameof(targets));
        var right = 0;
        for (var i = 0; i < outputs.Length; i++)
            right += outputs[i].Data > threshold == targets[i] > threshold ? 1 : 0;
        return (double)right / outputs.Length;
    }

    /// <summary>Fraction of samples whose greatest output is that of their own class; the first of several equal ones counts.</summary>
    /// <param name="outputs">The scores, sample after sample, each as many as there are classes.</param>
    /// <param name="targets">Each sample's class, from 0.</param>
    /// <exception cref="ArgumentException">There are no samples, or the outputs are no whole number of scores per sample.</exception>
    public static double OfClasses(ReadOnlySpan<Value> outputs, ReadOnlySpan<int> targets)
    {
        if (targets.IsEmpty || outputs.IsEmpty || outputs.Length % targets.Length != 0)
            throw new ArgumentException($"There are {outputs.Length} outputs for {targets.Length} samples.", nameof(targets));
        var classes = outputs.Length / targets.Length;
        var right = 0;
        for (var i = 0; i < targets.Length; i++)
            right += Greatest(outputs.Slice(i * classes, classes)) == targets[i] ? 1 : 0;
        return (double)right / targets.Length;
    }

    private static int Greatest(ReadOnlySpan<Value> outputs)
    {
        var greatest = 0;
        for (var i = 1; i < outputs.Length; i++)
        {
            if (outputs[i].Data > outputs[greatest].Data)
                greatest = i;
        }

        return greatest;
    }
}
