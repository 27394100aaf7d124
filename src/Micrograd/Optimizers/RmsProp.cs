namespace Micrograd;

/// <summary>
/// RMSprop (Hinton's lecture 6e): gradients over the root of their running mean square. State: <c>square_avg</c>, <c>grad_avg</c> where
/// centered, <c>momentum_buffer</c> where there is momentum.
/// </summary>
public sealed class RmsProp : Optimizer
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What is optimized.</param>
    /// <param name="learningRate">The learning rate; 0 or greater.</param>
    /// <param name="alpha">What the running mean of squares keeps per step; 0 or greater.</param>
    /// <param name="epsilon">Added to the divisor, after its root; 0 or greater.</param>
    /// <param name="weightDecay">How much of the parameter is added to its gradient; 0 or greater.</param>
    /// <param name="momentum">The share of the last change that the next one keeps; 0 or greater.</param>
    /// <param name="centered">Whether the variance divides, not the mean square.</param>
    /// <exception cref="ArgumentException">A setting is out of its range, or a parameter is a constant.</exception>
    public RmsProp(
        IEnumerable<Value> parameters,
        double learningRate = 1e-2,
        double alpha = 0.99,
        double epsilon = 1e-8,
        double weightDecay = 0,
        double momentum = 0,
        bool centered = false
    )
        : base(parameters, learningRate, count => new RmsPropRule(count, alpha, epsilon, weightDecay, momentum, centered)) { }
}
