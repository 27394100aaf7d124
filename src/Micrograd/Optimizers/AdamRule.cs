namespace Micrograd;

/// <summary>
/// The formula of <see cref="Adam"/> and <see cref="AdamW"/>: running means of the gradient and of its square, both corrected for their
/// start at 0, and the change learning rate · mean / (√(mean of squares) + epsilon).
/// </summary>
internal sealed class AdamRule : UpdateRule
{
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly double _weightDecay;
    private readonly bool _isDecoupled;
    private readonly OptimizerState _mean;
    private readonly OptimizerState _square;
    private readonly OptimizerState? _greatestSquare;

    /// <param name="parameters">Number of parameters.</param>
    /// <param name="beta1">Decay rate of the first moment (running mean of gradients).</param>
    /// <param name="beta2">Decay rate of the second moment (running mean of squared gradients).</param>
    /// <param name="epsilon">Added to the divisor.</param>
    /// <param name="weightDecay">The weight decay.</param>
    /// <param name="amsgrad">True to divide by the maximum of all second moments so far (AMSGrad).</param>
    /// <param name="isDecoupled">True to shrink the parameter itself (AdamW); false to add the decay to the gradient.</param>
    internal AdamRule(int parameters, double beta1, double beta2, double epsilon, double weightDecay, bool amsgrad, bool isDecoupled)
        : base(parameters)
    {
        _beta1 = Require.Fraction(beta1);
        _beta2 = Require.Fraction(beta2);
        _epsilon = Require.NotNegative(epsilon);
        _weightDecay = Require.NotNegative(weightDecay);
        _isDecoupled = isDecoupled;
        _mean = Remember("exp_avg");
        _square = Remember("exp_avg_sq");
        _greatestSquare = amsgrad ? Remember("max_exp_avg_sq") : null;
    }

    internal override void Update(int index, int step, double rate, ref double parameter, double gradient)
    {
        var functions = ElementaryFunctions.Current;
        if (!_isDecoupled)
            gradient = Decayed(gradient, _weightDecay, parameter);
        else if (_weightDecay != 0)
            parameter *= Parts.Shrink(rate, _weightDecay);
        ref var mean = ref _mean[index];
        ref var square = ref _square[index];
        mean = functions.MultiplyAdd(Parts.Fresh(_beta1), gradient, mean * _beta1);
        square = functions.MultiplyAdd(Parts.Fresh(_beta2) * gradient, gradient, square * _beta2);
        var used = square;
        if (_greatestSquare is not null)
            used = _greatestSquare[index] = Math.Max(square, _greatestSquare[index]);
        var divisor = Parts.Divisor(used, Parts.Correction(_beta2, step, 2), _epsilon);
        parameter += -(rate / Parts.Correction(_beta1, step, 1)) * mean / divisor;
    }
}
