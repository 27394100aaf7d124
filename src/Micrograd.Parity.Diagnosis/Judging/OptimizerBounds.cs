using Micrograd.Parity.Numerics;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Bounds of an optimizer's update of one parameter and its state, for any order of evaluating the formula.</summary>
/// <param name="choice">The optimizer.</param>
/// <param name="format">The format in which the engine rounds.</param>
internal sealed class OptimizerBounds(Choice choice, FloatFormat format)
{
    private readonly EnclosureArithmetic _given = new(format);
    private readonly HonestArithmetic _arithmetic = new(format);
    private readonly UpdateFormula _formula = OptimizerRow.FormulaOf(choice);

    /// <summary>State before the first update.</summary>
    internal Enclosure Initial(string name) => _given.Constant(_formula.States.FirstOrDefault(s => s.Name == name).Initial);

    /// <summary>Computes the bounds of an update.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="step">Number of this update of the parameter, from 1.</param>
    /// <param name="memory">The parameter's optimizer state, by name; overwritten with the state after the update.</param>
    internal Enclosure Update(double parameter, Enclosure gradient, Enclosure rate, int step, IDictionary<string, Enclosure> memory) =>
        _formula.Apply(_arithmetic, _given.Constant(parameter), gradient, rate, step, memory);
}
