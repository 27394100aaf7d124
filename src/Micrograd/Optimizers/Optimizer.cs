using Micrograd.Tapes;

namespace Micrograd;

/// <summary>
/// Changes parameters by their gradients, with the formulas and the order of operations of PyTorch's. Its state is
/// readable by PyTorch's names.
/// </summary>
public abstract class Optimizer
{
    private readonly Value[] _parameters;
    private readonly int[] _steps;

    private protected Optimizer(IEnumerable<Value> parameters, double learningRate, Func<int, UpdateRule> rule)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = [.. parameters];
        if (_parameters.Length == 0)
            throw new ArgumentException("There are no parameters to optimize.", nameof(parameters));
        foreach (var parameter in _parameters)
        {
            if (!parameter.RequiresGrad)
                throw new ArgumentException("A constant receives no gradient and cannot be optimized.", nameof(parameters));
        }

        LearningRate = Require.NotNegative(learningRate);
        _steps = new int[_parameters.Length];
        Rule = rule(_parameters.Length);
    }

    /// <summary>The learning rate; schedules change it.</summary>
    public double LearningRate { get; set; }

    /// <summary>Parameters to optimize.</summary>
    public IReadOnlyList<Value> Parameters => _parameters;

    /// <summary>Per-parameter state, such as moments; empty where the options need none.</summary>
    public IReadOnlyList<OptimizerState> States => Rule.States;

    /// <summary>The formula.</summary>
    internal UpdateRule Rule { get; }

    /// <summary>Number of updates of a parameter.</summary>
    /// <param name="parameter">Its place in <see cref="Parameters"/>.</param>
    public int StepsOf(int parameter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parameter);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(parameter, _steps.Length);
        return _steps[parameter];
    }

    /// <summary>Clears every parameter's gradient, as PyTorch's <c>zero_grad(set_to_none=True)</c>.</summary>
    public void ZeroGrad() => Tape.Current.ClearGrads(_parameters);

    /// <summary>Changes every parameter that has a gradient; the others are left alone, and so is what is remembered of them.</summary>
    public unsafe void Step()
    {
        var (tape, rule, rate) = (Tape.Current, Rule, LearningRate);
        var parameters = _parameters.AsSpan();
        var steps = _steps.AsSpan();
        var start = Head.Base;
        var (known, assigned) = (Head.Nothing, Head.Nothing);
        for (var i = 0; i < parameters.Length; i++)
        {
            ref readonly var parameter = ref parameters[i];
            if (parameter.Stamp != known)
                _ = Head.CellOf(start, parameter);
            known = parameter.Stamp;
            var cell = Cell.At(start, parameter.Offset);
            var gradient = cell->Grad;
            if (Cell.IsNegativeZero(gradient) && tape.GradOf(parameter) is null)
                continue;
            tape.NoteAccess(parameter.Offset);
            rule.Update(i, ++steps[i], rate, ref cell->Data, gradient);
            if (parameter.Stamp != assigned)
                Tape.NoteAssigned(assigned = parameter.Stamp);
        }
    }

    /// <summary>Says how often a parameter has been changed, so that a run can be taken up in its middle.</summary>
    internal void SetStepsOf(int parameter, int steps) => _steps[parameter] = steps;
}
