using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Training.TrainingComparer;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>Replays a recorded training run on the model engine, from its initial parameters without loading recorded states.</summary>
/// <param name="trace">The run.</param>
/// <param name="make">Begins it.</param>
/// <param name="steps">The recorded steps that are replayed.</param>
internal sealed class TrainingReplay(TrainingTrace trace, ModelTrainingMaker make, IReadOnlyList<PartialStep> steps)
{
    /// <summary>Recorded numbers of each step.</summary>
    internal double?[][] Recorded { get; } = [.. steps.Select(s => Numbers(s).ToArray())];

    /// <summary>Names of the ops that the run uses.</summary>
    internal IReadOnlyList<string> Ops()
    {
        using var run = Begin(ModelRules.Right, LoopRules.Right);
        run.Advance();
        return run.Ops;
    }

    /// <summary>Begins the run on the model engine.</summary>
    internal ModelTraining Begin(ModelRules model, LoopRules loop) => make(trace.Spec, trace.Layout, trace.Initial, model, loop);

    /// <summary>Computes the same numbers by the given rules, for each recorded step.</summary>
    internal IEnumerable<double?[]> Run(ModelRules model, LoopRules loop) =>
        Steps(model, loop).Zip(steps, (replayed, recorded) => Numbers(recorded, replayed).ToArray());

    /// <summary>Replays the recorded steps without a planted fault.</summary>
    internal IEnumerable<StepTrace> Steps() => Steps(ModelRules.Right, LoopRules.Right);

    private IEnumerable<StepTrace> Steps(ModelRules model, LoopRules loop)
    {
        using var run = Begin(model, loop);
        foreach (var recorded in steps)
        {
            StepTrace step;
            do
            {
                step = run.Advance();
            } while (run.Number <= recorded.Step);
            yield return step;
        }
    }

    /// <summary>Phase of each recorded number of a step.</summary>
    internal static TrainingPhase[] Phases(PartialStep s) =>
        [
            TrainingPhase.Loss,
            .. Repeat(TrainingPhase.Forward, s.Outputs?.Length),
            .. Repeat(TrainingPhase.Backward, s.Gradients?.Length),
            .. Repeat(TrainingPhase.Clip, s.Clipped?.Length),
            TrainingPhase.Update,
            .. Repeat(TrainingPhase.Update, s.Parameters?.Length),
            .. Repeat(TrainingPhase.OptimizerState, s.Optimizer.Sum(m => m.Value.Length)),
        ];

    private static IEnumerable<TrainingPhase> Repeat(TrainingPhase phase, int? count) => Enumerable.Repeat(phase, count ?? 0);

    private static IEnumerable<double?> Numbers(PartialStep s) =>
        [
            s.Loss,
            .. Some(s.Outputs ?? []),
            .. s.Gradients ?? [],
            .. s.Clipped ?? [],
            s.LearningRate,
            .. s.Parameters ?? [],
            .. s.Optimizer.OrderBy(m => m.Key, StringComparer.Ordinal).SelectMany(m => m.Value),
        ];

    /// <summary>Numbers of a replayed step, in the same number and order as those of the recorded step.</summary>
    private static IEnumerable<double?> Numbers(PartialStep s, StepTrace step) =>
        [
            step.Loss,
            .. Like(s.Outputs?.Length, Some(step.Outputs)),
            .. Like(s.Gradients, step.Gradients),
            .. Like(s.Clipped, step.Clipped ?? step.Gradients),
            step.LearningRate,
            .. Like(s.Parameters, Some(step.After.Parameters)),
            .. s
                .Optimizer.OrderBy(m => m.Key, StringComparer.Ordinal)
                .SelectMany(m => Like(m.Value, Some(step.After.Optimizer.FirstOrDefault(o => o.Name == m.Key)?.Values ?? []))),
        ];

    /// <summary>Shapes replayed numbers like the recorded ones; a missing number is 0 where 0 was recorded.</summary>
    private static IEnumerable<double?> Like(double?[]? recorded, double?[] numbers) =>
        recorded is null ? [] : recorded.Select((r, i) => (i < numbers.Length ? numbers[i] : null) ?? (r == 0 ? 0 : null));

    private static IEnumerable<double?> Like(int? count, double?[] numbers) =>
        Enumerable.Range(0, count ?? 0).Select(i => i < numbers.Length ? numbers[i] : null);
}
