using Micrograd.Parity.Engines;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>Formulas of the optimizers: the engine's own, each replaceable by a wrong one.</summary>
internal sealed record OptimizerRules
{
    /// <summary>Adam's bias correction, the divisor of a moment, from its decay rate, the step (from 1) and which moment it is (1 or 2).</summary>
    public Func<double, int, int, double> Correction { get; init; } = UpdateParts.Right.Correction;

    /// <summary>Divisor of the update, from the second moment, its bias correction and epsilon.</summary>
    public Func<double, double, double, double> Divisor { get; init; } = UpdateParts.Right.Divisor;

    /// <summary>Weight of a new number in a running mean, from the mean's decay rate.</summary>
    public Func<double, double> Fresh { get; init; } = UpdateParts.Right.Fresh;

    /// <summary>Step number that a formula uses, from the parameter's own, its index and the number of parameters.</summary>
    public Func<int, int, int, int> Step { get; init; } = (step, _, _) => step;

    /// <summary>Momentum buffer before a parameter's next step.</summary>
    public Func<double, double> Kept { get; init; } = UpdateParts.Right.Kept;

    /// <summary>Gradient with L2 weight decay added, from the gradient, the strength and the parameter.</summary>
    public Func<double, double, double, double> Decayed { get; init; } = UpdateParts.Right.Decayed;

    /// <summary>Factor by which decoupled weight decay scales a parameter, from the learning rate and the strength.</summary>
    public Func<double, double, double> Shrink { get; init; } = UpdateParts.Right.Shrink;

    /// <summary>True for the parameters that weight decay applies to; null for all.</summary>
    public Func<NetworkShape, int, bool>? Decays { get; init; }

    /// <summary>
    /// Decrease of a parameter by a decay outside the gradient, after its update, from the learning rate, the strength and the parameter before; null
    /// where the decay joins the gradient.
    /// </summary>
    public Func<double, double, double, double>? Apart { get; init; }

    /// <summary>True if the momentum buffer adds up changes, with the learning rate of their steps, not gradients.</summary>
    public bool RateInside { get; init; }

    /// <summary>Number that is kept of a state after a step, from the state's name, the number, the optimizer's settings and the step (from 1).</summary>
    public Func<string, double, Choice, int, double>? Stored { get; init; }
}

/// <summary>The engine's update rule on plain numbers, with parts of it replaced.</summary>
internal sealed class ModelOptimizer
{
    private readonly OptimizerRules _rules;
    private readonly Choice _choice;
    private readonly NetworkShape _shape;
    private readonly Optimizer _engine;
    private readonly Schedule? _schedule;
    private readonly UpdateRule _rule;
    private readonly bool _tellsSteps;
    private readonly int[] _steps;
    private bool _decays;
    private double _rate;

    internal ModelOptimizer(TrainingSpec spec, OptimizerRules rules, NetworkShape shape)
    {
        var parameters = shape.Count;
        var choice = spec.Optimizer;
        (_rules, _choice, _shape, _steps) = (rules, choice, shape, new int[parameters]);
        using var step = HarnessTape.BeginStep();
        _engine = ((OptimizerRow)choice.Row).Ours([.. Enumerable.Range(0, parameters).Select(_ => new Value(0))], choice);
        _schedule = ((ScheduleRow?)spec.Schedule?.Row)?.Ours(_engine, spec.Schedule!);
        _tellsSteps = _engine is not Sgd;
        _rule = _engine.Rule;
        _rule.Parts = new Planted(this, rules);
    }

    /// <summary>Learning rate; the schedule changes it.</summary>
    internal double Rate => _engine.LearningRate;

    /// <summary>Optimizer state, as in <see cref="TrainingState"/>.</summary>
    internal OptimizerMemory[] Memory =>
        [
            .. _rule.States.Select(s => new OptimizerMemory(s.Name, s.Values.ToArray())),
            .. _tellsSteps ? new[] { new OptimizerMemory("step", Array.ConvertAll(_steps, s => (double)s)) } : [],
        ];

    /// <summary>Steps the schedule, if there is one.</summary>
    internal void EndEpoch() => _schedule?.Step();

    /// <summary>Updates one parameter.</summary>
    internal void Update(int index, ref double parameter, double gradient, double rate)
    {
        var before = parameter;
        var step = _rules.Step(++_steps[index], index, _steps.Length);
        (_decays, _rate) = (_rules.Decays?.Invoke(_shape, index) ?? true, rate);
        if (_rules.RateInside)
            _rule.Update(index, step, 1, ref parameter, rate * gradient);
        else
            _rule.Update(index, step, rate, ref parameter, gradient);
        if (_rules.Apart is { } apart && _decays)
            parameter -= apart(rate, _choice["weight_decay"], before);
        if (_rules.Stored is { } stored)
        {
            foreach (var state in _rule.States)
                state[index] = stored(state.Name, state[index], _choice, step);
        }
    }

    private sealed class Planted(ModelOptimizer optimizer, OptimizerRules rules) : UpdateParts
    {
        internal override double Correction(double beta, int step, int moment) => rules.Correction(beta, step, moment);

        internal override double Divisor(double square, double correction, double epsilon) => rules.Divisor(square, correction, epsilon);

        internal override double Fresh(double kept) => rules.Fresh(kept);

        internal override double Kept(double buffer) => rules.Kept(buffer);

        internal override double Decayed(double gradient, double strength, double parameter) =>
            rules.Apart is not null || !optimizer._decays ? gradient
            : rules.RateInside ? gradient + optimizer._rate * strength * parameter
            : rules.Decayed(gradient, strength, parameter);

        internal override double Shrink(double rate, double strength) =>
            rules.Apart is not null || !optimizer._decays ? 1 : rules.Shrink(rate, strength);
    }
}
