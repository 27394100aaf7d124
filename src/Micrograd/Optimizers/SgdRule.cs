namespace Micrograd;

/// <summary>The formula of <see cref="Sgd"/>.</summary>
internal sealed class SgdRule : UpdateRule
{
    private readonly double _momentum;
    private readonly double _dampening;
    private readonly double _weightDecay;
    private readonly bool _nesterov;
    private readonly bool _maximize;
    private readonly OptimizerState? _buffer;
    private readonly bool _isPlain;

    internal SgdRule(int parameters, double momentum, double dampening, double weightDecay, bool nesterov, bool maximize)
        : base(parameters)
    {
        _momentum = Require.NotNegative(momentum);
        _dampening = dampening;
        _weightDecay = Require.NotNegative(weightDecay);
        if (nesterov && (momentum == 0 || dampening != 0))
            throw new ArgumentException("Nesterov's momentum needs a momentum and no dampening.", nameof(nesterov));
        _nesterov = nesterov;
        _maximize = maximize;
        _buffer = momentum != 0 ? Remember("momentum_buffer") : null;
        _isPlain = _buffer is null && weightDecay == 0 && !maximize;
    }

    internal override void Update(int index, int step, double rate, ref double parameter, double gradient)
    {
        var change = _isPlain ? gradient : ChangeOf(index, step, parameter, gradient);
        parameter = ElementaryFunctions.Current.MultiplyAdd(-rate, change, parameter);
    }

    private double ChangeOf(int index, int step, double parameter, double gradient)
    {
        var functions = ElementaryFunctions.Current;
        var change = Decayed(_maximize ? -gradient : gradient, _weightDecay, parameter);
        if (_buffer is not null)
        {
            ref var buffer = ref _buffer[index];
            buffer = step == 1 ? change : functions.MultiplyAdd(1 - _dampening, change, Parts.Kept(buffer) * _momentum);
            change = _nesterov ? functions.MultiplyAdd(_momentum, buffer, change) : buffer;
        }

        return change;
    }
}
