namespace Micrograd;

/// <summary>
/// Losses, recorded operation by operation: for each output in turn its own loss in the order of operations stated, added to those before
/// it. Targets are plain numbers.
/// </summary>
public static partial class Loss
{
    /// <summary>(output − target)², by <see cref="Value.Pow(double)"/>.</summary>
    /// <exception cref="ArgumentException">There are no outputs, or not as many targets.</exception>
    public static Value SquaredError(ReadOnlySpan<Value> outputs, ReadOnlySpan<double> targets, Reduction reduction = Reduction.Mean)
    {
        CheckTargets(outputs.Length, targets.Length);
        var losses = default(Fold);
        for (var i = 0; i < outputs.Length; i++)
            losses.Add((outputs[i] - targets[i]).Pow(2));
        return losses.Reduce(reduction);
    }

    private static void CheckTargets(int outputs, int targets)
    {
        if (outputs != targets)
            throw new ArgumentException($"There are {outputs} outputs, but {targets} targets.", nameof(targets));
    }
}
