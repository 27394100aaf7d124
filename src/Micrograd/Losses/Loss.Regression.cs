namespace Micrograd;

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

    /// <summary>|output − target|; the gradient where they are equal is 0.</summary>
    /// <exception cref="ArgumentException">There are no outputs, or not as many targets.</exception>
    public static Value AbsoluteError(ReadOnlySpan<Value> outputs, ReadOnlySpan<double> targets, Reduction reduction = Reduction.Mean)
    {
        CheckTargets(outputs.Length, targets.Length);
        var losses = default(Fold);
        for (var i = 0; i < outputs.Length; i++)
            losses.Add((outputs[i] - targets[i]).Abs());
        return losses.Reduce(reduction);
    }

    /// <summary>
    /// With d = output − target: 0.5 · d² / beta where |d| is below beta, else |d| − 0.5 · beta (the absolute value taken as −d or d).
    /// </summary>
    /// <param name="outputs">The outputs.</param>
    /// <param name="targets">As many targets.</param>
    /// <param name="beta">
    /// Distance at which the parabola meets the lines, ≥ 0. With 0 the gradient of equal output and target is −1, as PyTorch's.
    /// </param>
    /// <param name="reduction">Sum or mean.</param>
    /// <exception cref="ArgumentException">There are no outputs, or not as many targets, or beta is negative.</exception>
    public static Value SmoothL1(ReadOnlySpan<Value> outputs, ReadOnlySpan<double> targets, double beta = 1, Reduction reduction = Reduction.Mean)
    {
        CheckTargets(outputs.Length, targets.Length);
        Require.NotNegative(beta);
        var losses = default(Fold);
        for (var i = 0; i < outputs.Length; i++)
        {
            var d = outputs[i] - targets[i];
            losses.Add(Math.Abs(d.Data) < beta ? 0.5 * d.Pow(2) / beta : (d.Data <= -beta ? -d : d) - 0.5 * beta);
        }

        return losses.Reduce(reduction);
    }

    /// <summary>With d = output − target: 0.5 · d² where |d| is below delta, else delta · (|d| − 0.5 · delta).</summary>
    /// <param name="outputs">The outputs.</param>
    /// <param name="targets">As many targets.</param>
    /// <param name="delta">Distance at which the parabola meets the lines, and their slope, &gt; 0.</param>
    /// <param name="reduction">Sum or mean.</param>
    /// <exception cref="ArgumentException">There are no outputs, or not as many targets, or delta is not greater than 0.</exception>
    public static Value Huber(ReadOnlySpan<Value> outputs, ReadOnlySpan<double> targets, double delta = 1, Reduction reduction = Reduction.Mean)
    {
        CheckTargets(outputs.Length, targets.Length);
        Require.Positive(delta);
        var losses = default(Fold);
        for (var i = 0; i < outputs.Length; i++)
        {
            var d = outputs[i] - targets[i];
            losses.Add(Math.Abs(d.Data) < delta ? 0.5 * d.Pow(2) : delta * (d.Abs() - 0.5 * delta));
        }

        return losses.Reduce(reduction);
    }
}
