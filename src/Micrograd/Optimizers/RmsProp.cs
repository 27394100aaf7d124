namespace Micrograd;

/// <summary>
/// RMSprop (Hinton's lecture 6e): gradients over the root of their running mean square. State: <c>square_avg</c>, <c>grad_avg</c> where
/// centered, <c>momentum_buffer</c> where there is momentum.
/// </summary>
public sealed class RmsProp : Optimizer
{
    private readonly double _alpha;
    private readonly double _epsilon;
    private readonly double _weightDecay;
    private readonly double _momentum;
    private readonly OptimizerState _square;
    private readonly OptimizerState? _mean;
    private readonly OptimizerState? _buffer;

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
        bool centered = false)
        : base(parameters, learningRate)
    {
        _alpha = Require.NotNegative(alpha);
        _epsilon = Require.NotNegative(epsilon);
        _weightDecay = Require.NotNegative(weightDecay);
        _momentum = Require.NotNegative(momentum);
        _square = Remember("square_avg");
        _mean = centered ? Remember("grad_avg") : null;
        _buffer = momentum > 0 ? Remember("momentum_buffer") : null;
    }

    private protected override void Update(int index, int step, ref double parameter, double gradient)
    {
        var functions = ElementaryFunctions.Current;
        if (_weightDecay != 0)
            gradient = functions.MultiplyAdd(_weightDecay, parameter, gradient);
        ref var square = ref _square[index];
        square = functions.MultiplyAdd((1 - _alpha) * gradient, gradient, square * _alpha);
        var spread = square;
        if (_mean is not null)
        {
            ref var mean = ref _mean[index];
            mean = functions.MultiplyAdd(1 - _alpha, gradient, mean * _alpha);
            spread = functions.MultiplyAdd(-mean, mean, square);
        }

        var divisor = functions.Sqrt(spread) + _epsilon;
        if (_buffer is null)
        {
            parameter += -LearningRate * gradient / divisor;
        }
        else
        {
            ref var buffer = ref _buffer[index];
            buffer = buffer * _momentum + gradient / divisor;
            parameter = functions.MultiplyAdd(-LearningRate, buffer, parameter);
        }
    }
}
