using Micrograd.Parity.Comparing;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Training;

/// <summary>
/// A training run against one of its mirrors. The 0-dim mirror runs free and must have the same bits all along. The mirror of modules
/// starts each step, and each phase of a step, from ours: outputs, loss, gradients and their clipping must stay within bounds derived from our
/// step, and the update must have the same bits. A second mirror of modules runs free; its drift is kept as a curve.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="mirror">The mirror to compare with.</param>
/// <param name="ops">The catalogue, whose formulas yield the rounding error bounds.</param>
internal sealed class TrainingComparison(TrainingRun run, MirrorKind mirror, OpCatalogue ops) : IComparison
{
    public string Name { get; } = mirror == MirrorKind.ZeroDim ? run.Name : $"{run.Name}, modules";

    public ItemKind Kind => ItemKind.Training;

    public bool DemandsSameBits => mirror == MirrorKind.ZeroDim;

    /// <summary>The run.</summary>
    public TrainingRun Training => run;

    /// <summary>The line that makes the run again; without it, the one that asks for the run by name.</summary>
    public string Again { get; init; } = "";

    /// <summary>Called after each step with its number and both sides' traces; may be null.</summary>
    public Action<int, StepTrace, StepTrace>? Stepped { get; init; }

    /// <summary>True if each step of the 0-dim mirror starts from our state too.</summary>
    public bool Lockstep { get; init; }

    /// <summary>Called with the engine's side after the run; may be null.</summary>
    public Action<MicrogradTraining>? Finished { get; init; }

    public ItemResult Run(RunContext context)
    {
        var steps = run.StepsFor(context.TrainingLength);
        using var ours = run.Ours();
        var start = ours.State;
        var begin = mirror == MirrorKind.ZeroDim ? run.ZeroDim : run.Modules;
        using var theirs = begin(ours.Layout, start.Parameters);
        using var free = mirror == MirrorKind.Modules ? begin(ours.Layout, start.Parameters) : null;
        var lockstep = Lockstep || mirror == MirrorKind.Modules;
        var comparer = new TrainingComparer(ours.Layout, $"{steps} steps, {ours.Layout.Count} parameters{(lockstep ? ", each step from ours" : "")}");
        var curve = new TrainingCurve(steps);
        var errors = new List<string>();
        var bounded = mirror == MirrorKind.Modules ? ours as MicrogradTraining : null;
        if (bounded is not null)
            bounded.KeepsSteps = true;
        for (var k = 0; k < steps; k++)
        {
            if (lockstep && k > 0)
                theirs.Load(start);
            var our = ours.Advance();
            var their = bounded is null ? theirs.Advance() : theirs.Advance(our.Gradients, our.Clipped);
            var drifting = free?.Advance() ?? their;
            comparer.Compare(
                k,
                our,
                their,
                bounded?.Recorded is { } step
                    ? StepBounds.Compute(step, ops, our, run.AccumulatesGradients ? start.Gradients : null, ours.Layout)
                    : null
            );
            start = our.After;
            curve.Add(our.Loss, drifting.Loss, TrainingComparer.Drift(ours.Layout, our, drifting));
            errors.AddRange(Missed(k, our, drifting));
            Stepped?.Invoke(k, our, drifting);
        }

        if (steps == run.Steps && run.LossBelow is { } bound && !(curve.LastLoss < bound))
            errors.Add($"The loss is {NumberText.Of(curve.LastLoss)} after {steps} steps and was to fall below {NumberText.Of(bound)}.");
        if (ours is MicrogradTraining trained)
            Finished?.Invoke(trained);
        var mirrored = free ?? theirs;
        var again = Again.Length > 0 ? Again : $"./parity run {ShellWord.Of(Name)}{(context.TrainingLength == TrainingLength.Full ? " --full" : "")}";
        return new ItemResult(Name, Kind)
        {
            Points = steps,
            Counts = comparer.Counts,
            GreatestUlp = comparer.GreatestUlp,
            BoundUse = mirror == MirrorKind.Modules ? comparer.Use : null,
            Failures = [.. comparer.Failures.Select(f => f with { Again = again })],
            Note = run.Note,
            Errors = errors,
            Ours = run.Source?.Ours ?? "",
            Theirs = (mirror == MirrorKind.ZeroDim ? run.Source?.ZeroDim : run.Source?.Modules) ?? "",
            Details =
            [
                new TrainingSummary(mirror, steps, ours.Layout.Count, lockstep, comparer.GreatestRelative, curve.Points)
                {
                    Setup = run.Setup,
                    Final = context.Figures ? TrainedTensor.From(ours.Layout, ours.State, mirrored.State) : [],
                    Decision = context.Figures && run.Decision is { } problem ? DecisionMap.Evaluate(problem, ours, mirrored) : null,
                },
            ],
        };
    }

    private IEnumerable<string> Missed(int step, StepTrace ours, StepTrace theirs)
    {
        foreach (var figure in run.Figures.Where(f => f.Step == step))
        {
            if (figure.Missed("ours", ours) is { } missedByOurs)
                yield return missedByOurs;
            if (figure.Missed("theirs", theirs) is { } missedByTheirs)
                yield return missedByTheirs;
        }
    }
}
