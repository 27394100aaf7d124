using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Training.TrainingComparer;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// Checks a recorded training run step by step with PyTorch itself on 0-dim tensors: all steps, unless the run is large; the further ones with the
/// engine, provided that it had PyTorch's bits in all before. Each step starts from the state that the trace recorded before it,
/// and its clipping and update from the recorded gradients: rounding that has grown over the steps is not reported as a mistake, and one bug
/// does not show as several.
/// </summary>
internal static class TrainingCheck
{
    /// <summary>
    /// Work limit of PyTorch, as parameters times outputs summed over the steps, after which the engine goes on alone: about 40 µs for each.
    /// </summary>
    private const long TorchWork = 200_000;

    /// <summary>Checks a run.</summary>
    /// <param name="trace">The run.</param>
    /// <param name="ops">The catalogue, whose formulas bound what rounding can do.</param>
    /// <param name="isFloat32">True if the engine computes in float32; null to infer it from the recorded numbers.</param>
    /// <param name="torchSteps">Number of steps, from the first, that PyTorch computes itself; null for as many as it computes in seconds.</param>
    /// <param name="progress">Called after each step, and after each part of one, with the fraction done (0 to 1).</param>
    /// <param name="cancellation">Cancels the check.</param>
    public static TrainingReport Check(
        TrainingTrace trace,
        OpCatalogue ops,
        bool? isFloat32,
        int? torchSteps = null,
        Action<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var seen = new PrecisionEvidence(trace.Initial);
        var taken = isFloat32 ?? LooksLikeFloat32(trace);
        var report = Check(trace, ops, taken, seen, torchSteps, progress, cancellation);
        if ((isFloat32 ?? seen.IsFloat32) != taken)
            report = Check(trace, ops, !taken, new([]), torchSteps, progress, cancellation);
        return report with { Precision = seen.Says(isFloat32) };
    }

    private static TrainingReport Check(
        TrainingTrace trace,
        OpCatalogue ops,
        bool isFloat32,
        PrecisionEvidence seen,
        int? torchSteps,
        Action<double>? progress,
        CancellationToken cancellation
    )
    {
        using var theirs = trace.Run.ZeroDim(trace.Layout, trace.Initial);
        using var engine = new KeptEngine(trace);
        using var free = Ours(trace, trace.Initial);
        var bounds = new HonestSteps(trace, ops, isFloat32 ? FloatFormat.Binary32 : FloatFormat.Binary64);
        using var twins = NeedsTwins(trace) ? new RoundedTwins(trace, Array.ConvertAll(trace.Initial, bounds.Initial)) : null;
        var judge = new TrainingJudge(trace, isFloat32, seen);
        var recorded = trace.Steps.ToDictionary(s => s.Step);
        var start = theirs.State;
        var isKnown = true;
        StepTrace? freely = null;
        var byTorch = torchSteps ?? int.MaxValue;
        var engineDiffers = false;
        for (var k = 0; k <= trace.Steps[^1].Step; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            var step = recorded.GetValueOrDefault(k);
            var (number, from) = (k, start);
            if (k > 0 && k < byTorch)
                theirs.Load(start);
            var right = engine.Advance(start, step);
            Tell(0.1);
            if (k < byTorch)
            {
                var ours = right;
                right = theirs.Advance(step?.Gradients, step?.Clipped);
                if (k == 0 && torchSteps is null)
                    byTorch = (int)Math.Max(1, TorchWork / Math.Max(1L, (long)trace.Layout.Count * right.Outputs.Length));
                if (!IsSame(ours, right))
                    (engineDiffers, byTorch) = (true, int.MaxValue);
            }

            Tell(0.5);
            freely = free.Advance();
            var drift = twins?.Advance(freely);
            Tell(0.7);
            HonestStep? honest = null;
            if (step is not null)
                judge.Step(step, start, right, isKnown ? null : drift, Honest);
            if (engine.Keeps)
            {
                Honest();
                twins?.Move(honest!.Parameters);
            }

            start = Next(right.After, step);
            isKnown = step?.Parameters is { } parameters && !Array.Exists(parameters, p => p is null);
            Tell(1);

            void Tell(double part) => progress?.Invoke((number + part) / (trace.Steps[^1].Step + 1));

            HonestStep Honest() => honest ??= bounds.Next(number, step, from, right, engine.Kept());
        }

        return judge.Report(freely!) with
        {
            StepsByTorch = (int)Math.Min(byTorch, trace.Steps[^1].Step + 1L),
            EngineDiffers = engineDiffers,
        };
    }

    /// <summary>True if the engine computed a step with PyTorch's bits, so that it may judge later ones.</summary>
    private static bool IsSame(StepTrace ours, StepTrace theirs) =>
        Same(Some(ours.Outputs), Some(theirs.Outputs))
        && Ulps.Same(ours.Loss, theirs.Loss)
        && Same(ours.Gradients, theirs.Gradients)
        && Same(ours.Clipped ?? [], theirs.Clipped ?? [])
        && Same(Some(ours.After.Parameters), Some(theirs.After.Parameters));

    private static bool Same(double?[] ours, double?[] theirs) => ours.Length == theirs.Length && ours.Zip(theirs, Ulps.Same).All(same => same);

    /// <summary>The engine's side of a run, from given parameters.</summary>
    internal static MicrogradTraining Ours(TrainingTrace trace, double[] start)
    {
        var ours = (MicrogradTraining)trace.Run.Ours();
        ours.Load(ours.State with { Parameters = start });
        return ours;
    }

    /// <summary>State before the next step: as recorded, or where not recorded, as PyTorch computed it.</summary>
    private static TrainingState Next(TrainingState after, PartialStep? step) =>
        step is null
            ? after
            : new TrainingState(
                [.. after.Parameters.Select((p, i) => step.Parameters?[i] ?? p)],
                [.. after.Gradients.Select((g, i) => step.Clipped?[i] ?? step.Gradients?[i] ?? g)],
                [
                    .. after.Optimizer.Select(m =>
                        step.Optimizer.TryGetValue(m.Name, out var memory) ? m with { Values = [.. m.Values.Select((v, i) => memory[i] ?? v)] } : m
                    ),
                ]
            );

    private static bool NeedsTwins(TrainingTrace trace) =>
        trace.Steps[^1].Step >= trace.Steps.Count
        || trace.Steps.SkipLast(1).Any(s => s.Parameters is null || Array.Exists(s.Parameters, p => p is null));

    private static bool LooksLikeFloat32(TrainingTrace trace)
    {
        var seen = new PrecisionEvidence(trace.Initial);
        foreach (var number in Numbers(trace))
            seen.Add(number);
        return seen.IsFloat32;
    }

    private static IEnumerable<double> Numbers(TrainingTrace trace) =>
        trace
            .Steps.SelectMany(s =>
                new[] { s.Loss }
                    .Concat(s.Outputs?.Select(x => (double?)x) ?? [])
                    .Concat(s.Gradients ?? [])
                    .Concat(s.Clipped ?? [])
                    .Concat(s.Parameters ?? [])
                    .Concat(s.Optimizer.Values.SelectMany(v => v))
            )
            .Where(x => x is not null)
            .Select(x => x!.Value);
}
