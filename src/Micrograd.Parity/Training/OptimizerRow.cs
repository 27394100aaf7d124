using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Training;

/// <summary>An optimizer on both sides, and its update as a formula.</summary>
/// <param name="Name">Its name in training files.</param>
/// <param name="Settings">Its settings; one of them is <c>lr</c>.</param>
/// <param name="Ours">The engine's, every setting stated.</param>
/// <param name="Theirs">PyTorch's, every setting stated.</param>
/// <param name="Update">
/// A parameter after an update, in PyTorch's order of operations. In doubles it has the engine's bits; in intervals it bounds the result of any
/// correct engine.
/// </param>
internal sealed record OptimizerRow(
    string Name,
    SettingRule[] Settings,
    Func<IEnumerable<Value>, Choice, Optimizer> Ours,
    Func<IEnumerable<Parameter>, Choice, optim.Optimizer> Theirs,
    Func<UpdateTerms, Term> Update
) : PartRow(Name, Settings)
{
    /// <summary>The update's formula for some settings.</summary>
    internal static UpdateFormula FormulaOf(Choice choice) => new(((OptimizerRow)choice.Row).Update, choice);
}

/// <summary>Operands of an update formula.</summary>
internal sealed class UpdateTerms
{
    private readonly Choice _choice;
    private readonly List<(string Name, double Initial, Term After)> _states = [];

    internal UpdateTerms(Choice choice) => _choice = choice;

    /// <summary>The parameter before the update.</summary>
    public Term Parameter { get; } = Term.Variable(0);

    /// <summary>Its gradient.</summary>
    public Term Gradient { get; } = Term.Variable(1);

    /// <summary>The learning rate.</summary>
    public Term Rate { get; } = Term.Variable(2);

    /// <summary>Step count of this parameter, from 1.</summary>
    public Term Step { get; } = Term.Variable(3);

    /// <summary>The gradient plus weight decay.</summary>
    public Term DecayedGradient => IsZero("weight_decay") ? Gradient : Term.MultiplyAdd(this["weight_decay"], Parameter, Gradient);

    internal IReadOnlyList<(string Name, double Initial, Term After)> States => _states;

    /// <summary>A setting that is a number.</summary>
    public Term this[string setting] => _choice[setting];

    /// <summary>True if a setting is 0, for formulas that are others then.</summary>
    public bool IsZero(string setting) => _choice[setting] == 0;

    /// <summary>A setting that is true or false.</summary>
    public bool Flag(string setting) => _choice.Flag(setting);

    /// <summary>Adds a state that the optimizer keeps per parameter, such as a moment.</summary>
    /// <param name="name">PyTorch's name for it: <c>exp_avg</c>.</param>
    /// <param name="next">State before the update to state after it.</param>
    /// <param name="initial">The setting that holds the initial state; null for 0.</param>
    /// <returns>The state after the update.</returns>
    public Term Keep(string name, Func<Term, Term> next, string? initial = null)
    {
        var after = next(Term.Variable(4 + _states.Count));
        _states.Add((name, initial is null ? 0 : _choice[initial], after));
        return after;
    }
}

/// <summary>An optimizer's update with its settings, in any arithmetic.</summary>
internal sealed class UpdateFormula
{
    private readonly Steps _steps;
    private readonly IReadOnlyList<(string Name, double Initial, Term After)> _states;

    internal UpdateFormula(Func<UpdateTerms, Term> update, Choice choice)
    {
        var terms = new UpdateTerms(choice);
        var parameter = update(terms);
        _states = terms.States;
        _steps = new Steps([parameter, .. _states.Select(s => s.After)]);
    }

    /// <summary>Names and initial values of the optimizer's states.</summary>
    internal IEnumerable<(string Name, double Initial)> States => _states.Select(s => (s.Name, s.Initial));

    /// <summary>Makes an update.</summary>
    /// <param name="arithmetic">The arithmetic.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="step">Step count of this parameter, from 1.</param>
    /// <param name="memory">The optimizer's states by name, updated in place.</param>
    internal T Apply<T>(IArithmetic<T> arithmetic, T parameter, T gradient, T rate, int step, IDictionary<string, T> memory)
    {
        T[] variables = [parameter, gradient, rate, arithmetic.Number(step), .. _states.Select(s => memory[s.Name])];
        var results = _steps.EvaluateAll(arithmetic, variables);
        for (var i = 0; i < _states.Count; i++)
            memory[_states[i].Name] = results[i + 1];
        return results[0];
    }
}
