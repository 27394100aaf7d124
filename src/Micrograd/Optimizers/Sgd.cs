namespace Micrograd;

/// <summary>Stochastic gradient descent, with momentum. State: <c>momentum_buffer</c>, where there is momentum.</summary>
public sealed class Sgd : Optimizer
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">Parameters to optimize.</param>
    /// <param name="learningRate">The learning rate; 0 or greater.</param>
    /// <param name="momentum">Momentum factor, ≥ 0.</param>
    /// <param name="dampening">Dampening of the momentum: fraction of the gradient left out, from a parameter's second step on.</param>
    /// <param name="weightDecay">L2 penalty: factor of the parameter added to its gradient, ≥ 0.</param>
    /// <param name="nesterov">True for Nesterov momentum; needs a momentum and no dampening.</param>
    /// <param name="maximize">True to maximize the objective.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or a parameter is a constant.</exception>
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
