namespace Micrograd;

/// <summary>The formula of <see cref="Adagrad"/>.</summary>
internal sealed class AdagradRule : UpdateRule
{
    private readonly double _learningRateDecay;
    private readonly double _weightDecay;
    private readonly double _epsilon;
    private readonly OptimizerState _sum;

    internal AdagradRule(int parameters, double learningRateDecay, double weightDecay, double initialSum, double epsilon)
        : base(parameters)
    {
        _learningRateDecay = Require.NotNegative(learningRateDecay);
        _weightDecay = Require.NotNegative(weightDecay);
        _epsilon = Require.NotNegative(epsilon);
        _sum = Remember("sum", Require.NotNegative(initialSum));
    }

    internal override void Update(int index, int step, double rate, ref double parameter, double gradient)
    {
        gradient = Decayed(gradient, _weightDecay, parameter);
        rate /= 1 + (step - 1) * _learningRateDecay;
        ref var sum = ref _sum[index];
        sum = ElementaryFunctions.Current.MultiplyAdd(gradient, gradient, sum);
        parameter += -rate * gradient / Parts.Divisor(sum, 1, _epsilon);
    }
}
