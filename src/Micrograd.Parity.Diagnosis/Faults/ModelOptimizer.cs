using Micrograd.Parity.Engines;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>The formulas inside the optimizers: the engine's own, each to be replaced by a wrong one.</summary>
public sealed record OptimizerRules
{
    /// <summary>What Adam divides a running mean by: from its decay, the step from 1 on, and whether it is the first or second mean.</summary>
    public Func<double, int, int, double> Correction { get; init; } = UpdateParts.Right.Correction;

    /// <summary>The divisor, from the mean square, its correction and epsilon.</summary>
    public Func<double, double, double, double> Divisor { get; init; } = UpdateParts.Right.Divisor;

    /// <summary>What a running mean takes of a new number, from what it keeps of itself.</summary>
    public Func<double, double> Fresh { get; init; } = UpdateParts.Right.Fresh;

    /// <summary>The step that a formula uses, from the parameter's own, its place and how many there are.</summary>
    public Func<int, int, int, int> Step { get; init; } = (step, _, _) => step;

    /// <summary>What the momentum holds before a parameter's next step.</summary>
    public Func<double, double> Kept { get; init; } = UpdateParts.Right.Kept;

    /// <summary>What weight decay makes of a gradient, from the gradient, its strength and the parameter.</summary>
    public Func<double, double, double, double> Decayed { get; init; } = UpdateParts.Right.Decayed;

    /// <summary>What decoupled weight decay leaves of a parameter, from the rate and its strength.</summary>
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

    /// <summary>The learning rate; schedules change it.</summary>
    internal double Rate { get; set; }

    /// <summary>What it keeps, as <see cref="TrainingState"/> has it.</summary>
    internal OptimizerMemory[] Memory =>
        [
            .. _rule.States.Select(s => new OptimizerMemory(s.Name, s.Values.ToArray())),
            .. _tellsSteps ? new[] { new OptimizerMemory("step", Array.ConvertAll(_steps, s => (double)s)) } : [],
        ];

    /// <summary>Changes one parameter.</summary>
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
