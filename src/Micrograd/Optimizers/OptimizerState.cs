namespace Micrograd;

/// <summary>One quantity that an optimizer remembers of each of its parameters.</summary>
public sealed class OptimizerState
{
    private readonly double[] _values;

    internal OptimizerState(string name, int count, double initial)
    {
        Name = name;
        _values = new double[count];
        Array.Fill(_values, initial);
    }

    /// <summary>PyTorch's name for it, such as <c>momentum_buffer</c> or <c>exp_avg_sq</c>.</summary>
    public string Name { get; }

    /// <summary>Its values, in the order of <see cref="Optimizer.Parameters"/>; for a parameter not yet changed the initial one.</summary>
    public ReadOnlySpan<double> Values => _values;

    internal ref double this[int parameter] => ref _values[parameter];
}
