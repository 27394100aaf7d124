using Micrograd.Parity.Numerics;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>What an optimizer's update of one parameter can come to, in whatever order its formula is computed, and in whatever is kept.</summary>
/// <param name="choice">The optimizer.</param>
/// <param name="format">The format in which it rounds.</param>
internal sealed class OptimizerBounds(Choice choice, FloatFormat format)
{
    private readonly EnclosureArithmetic _given = new(format);
    private readonly HonestArithmetic _arithmetic = new(format);
    private readonly UpdateFormula _formula = OptimizerRow.FormulaOf(choice);

    /// <summary>What is kept before the first update.</summary>
    internal Enclosure Initial(string name) => _given.Constant(_formula.States.FirstOrDefault(s => s.Name == name).Initial);

    /// <summary>Makes an update.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="step">Which update of this parameter it is, from 1.</param>
    /// <param name="memory">What the optimizer keeps for the parameter, by name; what it keeps afterwards is put in its place.</param>
    internal Enclosure Update(double parameter, Enclosure gradient, Enclosure rate, int step, IDictionary<string, Enclosure> memory) =>
        _formula.Apply(_arithmetic, _given.Constant(parameter), gradient, rate, step, memory);
}
