using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Training.TrainingComparer;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Compares the recorded steps with PyTorch's, phase by phase, and collects the differences.</summary>
internal sealed class TrainingJudge(TrainingTrace trace, bool isFloat32, PrecisionEvidence seen)
{
    private readonly List<TrainingFinding> _mistakes = [];
    private readonly List<(TrainingFinding Finding, double Relative)> _differences = [];
    private readonly List<TrainingFacts.Numbers> _wrong = [];
    private long _compared;
    private long _same;

    /// <summary>Compares one step.</summary>
    /// <param name="step">The step as recorded.</param>
    /// <param name="start">State before the step.</param>
    /// <param name="right">The step as PyTorch computes it from that state.</param>
    /// <param name="drift">Largest drift that rounding can cause; null if the state before the step was recorded.</param>
    /// <param name="honest">Computes the bounds within which a correct engine's numbers lie; called only if a number differs.</param>
    internal void Step(PartialStep step, TrainingState start, StepTrace right, TrainingSpread? drift, Func<HonestStep> honest)
    {
        var isRight = step.Outputs is not { } outputs || Outputs(step, outputs, right.Outputs, drift, honest);
        if (isRight && step.Loss is { } loss)
            isRight = Compare(At(TrainingPhase.Loss), _ => "loss", [loss], [right.Loss], _ => honest().Loss, drift?.Loss);
        if (isRight && step.Gradients is { } gradients)
            isRight = ByParameter(
                At(TrainingPhase.Backward),
                "",
                gradients,
                right.Gradients,
                i => honest().Gradients[i],
                drift?.Gradients,
                earlier: start.Gradients
            );
        if (step.Clipped is { } clipped && right.Clipped is not null)
        {
            isRight =
                ByParameter(
                    At(TrainingPhase.Clip),
                    "",
                    Follows(clipped, step.Gradients, isRight),
                    right.Clipped,
                    i => honest().Clipped?[i],
                    drift?.Clipped
                ) && isRight;
        }

        if (step.LearningRate is { } rate && !double.IsNaN(right.LearningRate))
            Compare(At(TrainingPhase.Update), _ => "learning rate", [rate], [right.LearningRate], _ => honest().Rate, null);

        // Where the gradients that were recorded are wrong, the update is judged by them; where none were, it follows from the wrong gradient.
        var known = trace.Spec.Clip is null ? step.Gradients : step.Clipped;
        if (step.Parameters is { } parameters)
        {
            ByParameter(
                At(TrainingPhase.Update),
                "",
                Follows(parameters, known, isRight),
                Some(right.After.Parameters),
                i => honest().Parameters[i],
                drift?.Parameters,
                earlier: Some(start.Parameters)
            );
        }

        foreach (var (name, memory) in step.Optimizer)
        {
            if (right.After.Optimizer.FirstOrDefault(m => m.Name == name) is { } theirs)
            {
                ByParameter(
                    At(TrainingPhase.OptimizerState),
                    $"{name} of ",
                    Follows(memory, known, isRight),
                    Some(theirs.Values),
                    i => honest().Memory.TryGetValue(name, out var bounds) ? bounds[i] : null,
                    drift?.Memory.GetValueOrDefault(name)
                );
            }
        }

        TrainingPlace At(TrainingPhase phase) => new(step.Step, phase);
    }

    /// <summary>Creates the report.</summary>
    /// <param name="freely">The last recorded step in a run that starts from the initial parameters and never loads a recorded state.</param>
    internal TrainingReport Report(StepTrace freely)
    {
        var mistakes = _mistakes.OrderBy(m => m.Place.Step).ThenBy(m => m.Place.Phase).ToList();
        var groups = mistakes
            .GroupBy(m => m.Place.Phase)
            .Select(g =>
                Group(g.Key, DifferenceClass.Mistake, [.. g]) with
                {
                    Facts = TrainingFacts.Find(trace.Layout, [.. _wrong.Where(w => w.Place == g.First().Place)]),
                }
            )
            .OrderBy(g => g.First.Place.Step)
            .ThenBy(g => g.Phase)
            .ToList();
        var honest = _differences
            .Where(d => d.Finding.Class != DifferenceClass.Mistake)
            .GroupBy(d => (d.Finding.Place.Phase, d.Finding.Class))
            .OrderBy(g => g.Key)
            .Select(g => Group(g.Key.Phase, g.Key.Class, [.. g.Select(d => d.Finding)]))
            .ToList();
        return new TrainingReport(trace, isFloat32, _compared, _same, mistakes, groups, honest, Drift(trace.Steps[^1], freely));
    }

    private static double Greatest(IEnumerable<double?> numbers) =>
        numbers.Where(x => x is { } number && double.IsFinite(number)).Select(x => Math.Abs(x!.Value)).DefaultIfEmpty(0).Max();

    private static TrainingDrift? Drift(PartialStep last, StepTrace freely)
    {
        if (last.Parameters is { } parameters)
        {
            var far = parameters.Zip(freely.After.Parameters, (a, b) => a is { } p ? Math.Abs(p - b) : 0).Max();
            return new TrainingDrift(last.Step, "parameters", far == 0 ? 0 : far / Greatest(Some(freely.After.Parameters)));
        }

        return last.Loss is { } loss
            ? new TrainingDrift(last.Step, "loss", loss.Equals(freely.Loss) ? 0 : Math.Abs(loss - freely.Loss) / Math.Abs(freely.Loss))
            : null;
    }

    /// <summary>Numbers that can be judged by themselves: all, or if an earlier phase is wrong, those whose gradient was recorded.</summary>
    private static double?[] Follows(double?[] numbers, double?[]? gradients, bool isRight) =>
        isRight ? numbers : [.. numbers.Select((x, i) => gradients?[i] is null ? null : x)];

    private string Name(int parameter) => trace.Layout[parameter].ToString();

    private bool Outputs(PartialStep step, double[] recorded, double[] right, TrainingSpread? drift, Func<HonestStep> honest)
    {
        var place = new TrainingPlace(step.Step, TrainingPhase.Forward);
        if (recorded.Length == right.Length)
            return Compare(place, i => $"output[{i}]", Some(recorded), Some(right), i => honest().Outputs[i], drift?.Outputs);
        _mistakes.Add(new TrainingFinding(place, "number of outputs", recorded.Length, right.Length, DifferenceClass.Mistake));
        return false;
    }

    private bool ByParameter(
        TrainingPlace place,
        string what,
        double?[] recorded,
        double?[] right,
        Func<int, Enclosure?> honest,
        double? drift,
        double?[]? earlier = null
    ) => Compare(place, i => what + Name(i), recorded, right, honest, drift, earlier);

    private bool Compare(
        TrainingPlace place,
        Func<int, string> name,
        double?[] recorded,
        double?[] right,
        Func<int, Enclosure?> honest,
        double? drift,
        double?[]? earlier = null
    )
    {
        var isRight = true;
        var scale = Math.Max(Greatest(right), 0);
        for (var i = 0; i < recorded.Length; i++)
        {
            if (recorded[i] is not { } number)
                continue;
            _compared++;
            var rightly = right[i] ?? 0;
            seen.Add(number, rightly);
            if (Ulps.Same(number, rightly) || (right[i] is null && number == 0))
            {
                _same++;
                continue;
            }

            var far = Math.Abs(number - rightly);
            var kind =
                far == 0 ? DifferenceClass.SignOfZero
                : honest(i) is not { } bound || !bound.Contains(rightly) ? DifferenceClass.Mistake
                : bound.Contains(number)
                    ? isFloat32 ? DifferenceClass.Float32Rounding
                        : DifferenceClass.UlpsOfRounding
                : Math.Max(bound.Low - number, number - bound.High) <= drift ? DifferenceClass.Drift
                : DifferenceClass.Mistake;
            var finding = new TrainingFinding(place, name(i), number, rightly, kind);
            _differences.Add((finding, double.IsFinite(far) && scale > 0 ? far / scale : double.PositiveInfinity));
            if (kind != DifferenceClass.Mistake)
                continue;
            isRight = false;
            _mistakes.Add(finding);
            _wrong.Add(new TrainingFacts.Numbers(place, i, number, rightly, earlier?[i]));
        }

        return isRight;
    }

    private PhaseGroup Group(TrainingPhase phase, DifferenceClass kind, List<TrainingFinding> found) =>
        new(
            phase,
            kind,
            found.Count,
            found.Select(f => f.Place.Step).Distinct().Count(),
            found[0],
            _differences.Where(d => d.Finding.Place.Phase == phase && d.Finding.Class == kind).Select(d => d.Relative).DefaultIfEmpty(0).Max()
        );
}
