namespace Micrograd;

/// <summary>An optimizer's formula, and what it remembers of each parameter.</summary>
/// <param name="parameters">Number of parameters.</param>
internal abstract class UpdateRule(int parameters)
{
    private readonly List<OptimizerState> _states = [];

    internal IReadOnlyList<OptimizerState> States => _states;

    /// <summary>Parts of the formulas.</summary>
    internal UpdateParts Parts { get; set; } = UpdateParts.Right;

    /// <summary>Changes one parameter.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="step">1 for its first change.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="parameter">Its number.</param>
    /// <param name="gradient">Its gradient.</param>
    internal abstract void Update(int index, int step, double rate, ref double parameter, double gradient);

    private protected OptimizerState Remember(string name, double initial = 0)
    {
        var state = new OptimizerState(name, parameters, initial);
        _states.Add(state);
        return state;
    }

    private protected double Decayed(double gradient, double strength, double parameter) =>
        strength == 0 ? gradient : Parts.Decayed(gradient, strength, parameter);
}
