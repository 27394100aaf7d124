namespace Micrograd;

/// <summary>Adagrad (Duchi et al. 2011): gradients over the root of the sum of their squares. State: <c>sum</c>.</summary>
public sealed class Adagrad : Optimizer
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">Parameters to optimize.</param>
    /// <param name="learningRate">The learning rate; 0 or greater.</param>
    /// <param name="learningRateDecay">Step n divides the learning rate by 1 + (n − 1) · this; 0 or greater.</param>
    /// <param name="weightDecay">L2 penalty: factor of the parameter added to its gradient, ≥ 0.</param>
    /// <param name="initialSum">Initial sum of squares, ≥ 0.</param>
    /// <param name="epsilon">Added to the divisor, after its root; 0 or greater.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or a parameter is a constant.</exception>
    public Adagrad(
        IEnumerable<Value> parameters,
        double learningRate = 1e-2,
        double learningRateDecay = 0,
        double weightDecay = 0,
        double initialSum = 0,
        double epsilon = 1e-10
    )
        : base(parameters, learningRate, count => new AdagradRule(count, learningRateDecay, weightDecay, initialSum, epsilon)) { }
}
