using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Comparisons.Ops;
using Micrograd.Parity.Comparisons.Programs;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Diagnosis.Matching;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Suites;

namespace Micrograd.Parity.Comparisons;

/// <summary>Everything this repository compares.</summary>
public static class ParitySuite
{
    public static Suite Default { get; } =
        new(
            new OpCatalogue([
                .. Arithmetic.Rows,
                .. Powers.Rows,
                .. Exponentials.Rows,
                .. Trigonometry.Rows,
                .. Activations.Rows,
                .. Piecewise.Rows,
                .. LossKernels.Rows,
            ]),
            [.. Expressions.All, .. Neurons.All]
        )
        {
            TrainingRuns = TrainingRuns.All,
            Known = KnownDifferences.All,
            Diagnosis = new EngineDiagnosis(() => Default!.Ops, () => new FaultDiagnosis(Default!.Ops, FaultCatalogue.All, AnyMlp.Model)),
        };

    /// <summary>All ops that a trace may have: those of the engine, those that it composes of others, and straight-through estimators.</summary>
    public static OpCatalogue TraceOps { get; } =
        new([.. Default.Ops.All, .. Lists.Rows, .. Default.Ops.All.Concat(Lists.Rows).Where(op => op.Arity == 1).Select(op => op.StraightThrough())]);
}
