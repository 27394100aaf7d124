namespace Micrograd;

/// <summary>Stochastic gradient descent, with momentum. State: <c>momentum_buffer</c>, where there is momentum.</summary>
public sealed class Sgd : Optimizer
{
    private readonly double _momentum;
    private readonly double _dampening;
    private readonly double _weightDecay;
    private readonly bool _nesterov;
    private readonly bool _maximize;
    private readonly OptimizerState? _buffer;

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
        bool maximize = false)
        : base(parameters, learningRate)
    {
        _momentum = Require.NotNegative(momentum);
        _dampening = dampening;
        _weightDecay = Require.NotNegative(weightDecay);
        if (nesterov && (momentum == 0 || dampening != 0))
            throw new ArgumentException("Nesterov's momentum needs a momentum and no dampening.", nameof(nesterov));
        _nesterov = nesterov;
        _maximize = maximize;
        _buffer = momentum != 0 ? Remember("momentum_buffer") : null;
    }

    private protected override void Update(int index, int step, ref double parameter, double gradient)
    {
        var functions = ElementaryFunctions.Current;
        var change = _maximize ? -gradient : gradient;
        if (_weightDecay != 0)
            change = functions.MultiplyAdd(_weightDecay, parameter, change);
        if (_buffer is not null)
        {
            ref var buffer = ref _buffer[index];
            buffer = step == 1 ? change : functions.MultiplyAdd(1 - _dampening, change, buffer * _momentum);
            change = _nesterov ? functions.MultiplyAdd(_momentum, buffer, change) : buffer;
        }

        parameter = functions.MultiplyAdd(-LearningRate, change, parameter);
    }
}
