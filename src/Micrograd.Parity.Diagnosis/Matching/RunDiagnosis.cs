using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>
/// Diagnoses the failed items of a run: finds the first op, gradient or step that differs from PyTorch's when computed from
/// our own numbers before it, and the faults of a catalogue that give the same numbers.
/// </summary>
/// <param name="ops">The catalogue of ops.</param>
/// <param name="diagnosis">Names faults.</param>
internal sealed class RunDiagnosis(OpCatalogue ops, IDiagnosis diagnosis)
{
    /// <summary>Number of steps that a training run is replayed beyond the first that differs.</summary>
    private const int StepsAfterFirst = 3;

    /// <summary>Adds a diagnosis to each failed result.</summary>
    /// <param name="comparisons">The compared items.</param>
    /// <param name="results">Their results, in the same order.</param>
    /// <param name="context">Context of the comparison.</param>
    /// <param name="cancellation">Cancels between two items.</param>
    public IReadOnlyList<ItemResult> Diagnose(
        IReadOnlyList<IComparison> comparisons,
        IReadOnlyList<ItemResult> results,
        RunContext context,
        CancellationToken cancellation = default
    )
    {
        return [.. results.Zip(comparisons, (result, comparison) =>
            {
                cancellation.ThrowIfCancellationRequested();
                return result.Counts.Mismatch == 0 ? result : result.With(Diagnose(comparison, result, context));
            })];
    }

    private FailureDiagnosis? Diagnose(IComparison comparison, ItemResult result, RunContext context) =>
        comparison switch
        {
            OpComparison op => OpFailure.Diagnose(op, context, diagnosis),
            ProgramComparison program => OfProgram(program, context),
            TrainingComparison { Training.Spec: { } spec } training when result.Failures is [{ Place: { } place }, ..] => OfTraining(
                training.Training,
                spec,
                place
            ),
            _ => null,
        };

    private FailureDiagnosis? OfProgram(ProgramComparison item, RunContext context)
    {
        var program = item.Program;
        var input = item.Inputs(context.RandomFor(item.Name))
            .Find(i =>
                TraceComparer
                    .Compare(program, i, context.Ours.Run(program, i), context.Theirs.Run(program, i), (_, _, _, _) => (Verdict.Mismatch, ""), [])
                    .Mismatch > 0
            );
        return input is null ? null : ProgramFailure.Diagnose(program, input, ops, context, diagnosis);
    }

    private FailureDiagnosis OfTraining(TrainingRun run, TrainingSpec spec, TrainingPlace first)
    {
        using var ours = run.Ours();
        var start = ours.State.Parameters;
        var steps = Enumerable
            .Range(0, Math.Min(run.Steps, first.Step + 1 + StepsAfterFirst))
            .Select(k => PartialStep.Whole(k, ours.Advance()))
            .ToList();
        var trace = new TrainingTrace(spec, run, ours.Layout, start, steps);
        var report = TrainingCheck.Check(trace, ops, isFloat32: false);
        var groups = report
            .Groups.Concat(report.Honest)
            .Select(g => new FailureFinding(
                $"{g.First.Place}: {g.First.Number}, the first of {g.Count} numbers in {g.Steps} of {steps.Count} steps, each step judged from our own start",
                [.. g.Class == DifferenceClass.Mistake ? Array.Empty<string>() : [LocatingWords.Of(g.Class)], .. g.Facts.Select(f => f.Text)]
            ))
            .ToList();
        if (groups.Count == 0)
            groups.Add(
                new FailureFinding($"each of the first {steps.Count} steps follows from our own start of it as on tensors without dimensions", [])
            );
        var causes = diagnosis.Explain(trace, report.Mistakes);
        return new FailureDiagnosis(groups, causes);
    }
}
