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
}

/// <summary>The engine's update rule on plain numbers, with parts of it replaced.</summary>
internal sealed class ModelOptimizer
{
    private readonly OptimizerRules _rules;
    private readonly UpdateRule _rule;
    private readonly bool _tellsSteps;
    private readonly int[] _steps;

    internal ModelOptimizer(Choice choice, OptimizerRules rules, int parameters)
    {
        (_rules, _steps, Rate) = (rules, new int[parameters], choice["lr"]);
        using var step = HarnessTape.BeginStep();
        var optimizer = ((OptimizerRow)choice.Row).Ours([.. Enumerable.Range(0, parameters).Select(_ => new Value(0))], choice);
        _tellsSteps = optimizer is not Sgd;
        _rule = optimizer.Rule;
        _rule.Parts = new Planted(rules);
    }

    /// <summary>Learning rate; schedules change it.</summary>
    internal double Rate { get; set; }

    /// <summary>Optimizer state, as in <see cref="TrainingState"/>.</summary>
    internal OptimizerMemory[] Memory =>
        [
            .. _rule.States.Select(s => new OptimizerMemory(s.Name, s.Values.ToArray())),
            .. _tellsSteps ? new[] { new OptimizerMemory("step", Array.ConvertAll(_steps, s => (double)s)) } : [],
        ];

    /// <summary>Updates one parameter.</summary>
    internal void Update(int index, ref double parameter, double gradient, double rate) =>
        _rule.Update(index, _rules.Step(++_steps[index], index, _steps.Length), rate, ref parameter, gradient);

    private sealed class Planted(OptimizerRules rules) : UpdateParts
    {
        internal override double Correction(double beta, int step, int moment) => rules.Correction(beta, step, moment);

        internal override double Divisor(double square, double correction, double epsilon) => rules.Divisor(square, correction, epsilon);

        internal override double Fresh(double kept) => rules.Fresh(kept);

        internal override double Kept(double buffer) => rules.Kept(buffer);

        internal override double Decayed(double gradient, double strength, double parameter) => rules.Decayed(gradient, strength, parameter);

        internal override double Shrink(double rate, double strength) => rules.Shrink(rate, strength);
    }
}
