namespace Micrograd;

/// <summary>Stochastic gradient descent, with momentum. State: <c>momentum_buffer</c>, where there is momentum.</summary>
public sealed class Sgd : Optimizer
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What is optimized.</param>
    /// <param name="learningRate">The learning rate; 0 or greater.</param>
    /// <param name="momentum">The share of the last change that the next one keeps; 0 or greater.</param>
    /// <param name="dampening">The share of the gradient that does not enter the momentum, from a parameter's second step on.</param>
    /// <param name="weightDecay">How much of the parameter is added to its gradient; 0 or greater.</param>
    /// <param name="nesterov">Whether the momentum looks ahead; needs a momentum and no dampening.</param>
    /// <param name="maximize">Whether the parameters climb.</param>
    /// <exception cref="ArgumentException">A setting is out of its range, or a parameter is a constant.</exception>
    public Sgd(
        IEnumerable<Value> parameters,
        double learningRate,
        double momentum = 0,
        double dampening = 0,
        double weightDecay = 0,
        bool nesterov = false,
        bool maximize = false
    )
        : base(parameters, learningRate, count => new SgdRule(count, momentum, dampening, weightDecay, nesterov, maximize)) { }
}
