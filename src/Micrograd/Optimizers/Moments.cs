namespace Micrograd;

/// <summary>
/// What Adam and AdamW share: running means of the gradient and of its square, both corrected for their start at 0, and the change
/// learning rate · mean / (√(mean of squares) + epsilon).
/// </summary>
internal sealed class Moments
{
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly OptimizerState _mean;
    private readonly OptimizerState _square;
    private readonly OptimizerState? _greatestSquare;

    internal Moments(Func<string, OptimizerState> remember, double beta1, double beta2, double epsilon, bool amsgrad)
    {
        _beta1 = Require.Fraction(beta1);
        _beta2 = Require.Fraction(beta2);
        _epsilon = Require.NotNegative(epsilon);
        _mean = remember("exp_avg");
        _square = remember("exp_avg_sq");
        _greatestSquare = amsgrad ? remember("max_exp_avg_sq") : null;
    }

    internal void Update(int index, int step, double learningRate, ref double parameter, double gradient)
    {
        var functions = ElementaryFunctions.Current;
        var correction1 = 1 - Math.Pow(_beta1, step);
        var correction2 = 1 - Math.Pow(_beta2, step);
        ref var mean = ref _mean[index];
        ref var square = ref _square[index];
        mean = functions.MultiplyAdd(1 - _beta1, gradient, mean * _beta1);
        square = functions.MultiplyAdd((1 - _beta2) * gradient, gradient, square * _beta2);
        var used = square;
        if (_greatestSquare is not null)
            used = _greatestSquare[index] = Math.Max(square, _greatestSquare[index]);
        var divisor = functions.Sqrt(used) / Math.Sqrt(correction2) + _epsilon;
        parameter += -(learningRate / correction1) * mean / divisor;
    }
}
