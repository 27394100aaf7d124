namespace Micrograd;

/// <summary>
/// Adam (Kingma and Ba 2014); weight decay joins the gradient. State: <c>exp_avg</c>, <c>exp_avg_sq</c>, and <c>max_exp_avg_sq</c> with
/// AMSGrad.
/// </summary>
public sealed class Adam : Optimizer
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">Parameters to optimize.</param>
    /// <param name="learningRate">The learning rate; 0 or greater.</param>
    /// <param name="beta1">Decay rate of the first moment (running mean of gradients), in [0, 1).</param>
    /// <param name="beta2">Decay rate of the second moment (running mean of squared gradients), in [0, 1).</param>
    /// <param name="epsilon">Added to the divisor; 0 or greater.</param>
    /// <param name="weightDecay">L2 penalty: factor of the parameter added to its gradient, ≥ 0.</param>
    /// <param name="amsgrad">True to divide by the maximum of all second moments so far (AMSGrad, Reddi et al. 2018).</param>
    /// <exception cref="ArgumentException">An option is out of its range, or a parameter is a constant.</exception>
    public Adam(
        IEnumerable<Value> parameters,
        double learningRate = 1e-3,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0,
        bool amsgrad = false
    )
        : base(parameters, learningRate, count => new AdamRule(count, beta1, beta2, epsilon, weightDecay, amsgrad, isDecoupled: false)) { }
}
