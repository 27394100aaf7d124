namespace Micrograd;

/// <summary>The formula of <see cref="RmsProp"/>.</summary>
internal sealed class RmsPropRule : UpdateRule
{
    private readonly double _alpha;
    private readonly double _epsilon;
    private readonly double _weightDecay;
    private readonly double _momentum;
    private readonly OptimizerState _square;
    private readonly OptimizerState? _mean;
    private readonly OptimizerState? _buffer;

    internal RmsPropRule(int parameters, double alpha, double epsilon, double weightDecay, double momentum, bool centered)
        : base(parameters)
    {
        _alpha = Require.NotNegative(alpha);
        _epsilon = Require.NotNegative(epsilon);
        _weightDecay = Require.NotNegative(weightDecay);
        _momentum = Require.NotNegative(momentum);
        _square = Remember("square_avg");
        _mean = centered ? Remember("grad_avg") : null;
        _buffer = momentum > 0 ? Remember("momentum_buffer") : null;
    }

    internal override void Update(int index, int step, double rate, ref double parameter, double gradient)
    {
        var functions = ElementaryFunctions.Current;
        gradient = Decayed(gradient, _weightDecay, parameter);
        var fresh = Parts.Fresh(_alpha);
        ref var square = ref _square[index];
        square = functions.MultiplyAdd(fresh * gradient, gradient, square * _alpha);
        var spread = square;
        if (_mean is not null)
        {
            ref var mean = ref _mean[index];
            mean = functions.MultiplyAdd(fresh, gradient, mean * _alpha);
            spread = functions.MultiplyAdd(-mean, mean, square);
        }

        var divisor = Parts.Divisor(spread, 1, _epsilon);
        if (_buffer is null)
        {
            parameter += -rate * gradient / divisor;
        }
        else
        {
            ref var buffer = ref _buffer[index];
            buffer = Parts.Kept(buffer) * _momentum + gradient / divisor;
            parameter = functions.MultiplyAdd(-rate, buffer, parameter);
        }
    }
}
