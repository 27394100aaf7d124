namespace Micrograd;

/// <summary>
/// RMSprop (Hinton's lecture 6e): gradients over the root of their running mean square. State: <c>square_avg</c>, <c>grad_avg</c> where
/// centered, <c>momentum_buffer</c> where there is momentum.
/// </summary>
public sealed class RmsProp : Optimizer
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">Parameters to optimize.</param>
    /// <param name="learningRate">The learning rate; 0 or greater.</param>
    /// <param name="alpha">Decay rate of the running mean of squares, ≥ 0.</param>
    /// <param name="epsilon">Added to the divisor, after its root; 0 or greater.</param>
    /// <param name="weightDecay">L2 penalty: factor of the parameter added to its gradient, ≥ 0.</param>
    /// <param name="momentum">Momentum factor, ≥ 0.</param>
    /// <param name="centered">True to divide by the standard deviation of the gradient, not by its root mean square.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or a parameter is a constant.</exception>
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
