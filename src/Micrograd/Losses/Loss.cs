using Micrograd.Batching;

namespace Micrograd;

/// <summary>
/// Losses, recorded operation by operation: for each output in turn its own loss in the order of operations stated, added to those before
/// it. Targets are plain numbers.
/// </summary>
public static partial class Loss
{
    /// <summary>
    /// L2 regularisation: strength · Σp², where each p² is p · p and the sum runs from the first parameter to the last. The gradient of
    /// p is 2 · strength · p.
    /// </summary>
    /// <exception cref="ArgumentException">There are no parameters.</exception>
    public static Value L2(IReadOnlyList<Value> parameters, double strength)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var squares = default(Fold);
        for (var i = 0; i < parameters.Count; i++)
            squares.Add(parameters[i] * parameters[i]);
        return strength * squares.Reduce(Reduction.Sum);
    }

    /// <summary>The sum or mean of losses that are values already, such as those of a <see cref="Recording"/>.</summary>
    /// <exception cref="ArgumentException">There are no losses.</exception>
    public static Value Reduce(ReadOnlySpan<Value> losses, Reduction reduction = Reduction.Mean)
    {
        var sum = default(Fold);
        foreach (var loss in losses)
            sum.Add(loss);
        return sum.Reduce(reduction);
    }

    private static void CheckTargets(int outputs, int targets)
    {
        if (outputs != targets)
            throw new ArgumentException($"There are {outputs} outputs, but {targets} targets.", nameof(targets));
    }
}
