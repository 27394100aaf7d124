using System.Globalization;
using Micrograd.Parity.Running;

namespace Micrograd.Parity.Training;

/// <summary>
/// A training run against one of its mirrors. The 0-dim mirror runs free and must have the same bits all along. The mirror of modules
/// starts each step from ours and must stay within <see cref="TrainingComparer.RelativeBound"/>; beside it a second one runs free, whose
/// drift is kept as a curve.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="mirror">Which mirror.</param>
public sealed class TrainingComparison(TrainingRun run, MirrorKind mirror) : IComparison
{
    /// <summary>The kind of these items.</summary>
    public const string KindName = "training";

    /// <inheritdoc/>
    public string Name { get; } = mirror == MirrorKind.ZeroDim ? run.Name : $"{run.Name}, modules";

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public bool DemandsSameBits => mirror == MirrorKind.ZeroDim;

    /// <summary>The run.</summary>
    public TrainingRun Training => run;

    /// <summary>The line that makes the run again; without it, the one that asks for the run by name.</summary>
    public string Again { get; init; } = "";

    /// <summary>Told of each step as it is done, if anybody listens: the step, and both sides of it.</summary>
    public Action<int, StepTrace, StepTrace>? Stepped { get; init; }

    /// <summary>Whether each step of the 0-dim mirror starts from ours as well.</summary>
    public bool Lockstep { get; init; }

    /// <summary>Told of the engine's side once the run is done, if anybody listens.</summary>
    public Action<MicrogradTraining>? Finished { get; init; }

    /// <inheritdoc/>
    public ItemResult Run(RunContext context)
    {
        var steps = run.StepsFor(context.TrainingLength);
        using var ours = run.Ours();
        var start = ours.State;
        var begin = mirror == MirrorKind.ZeroDim ? run.ZeroDim : run.Modules;
        using var theirs = begin(ours.Layout, start.Parameters);
        using var free = mirror == MirrorKind.Modules ? begin(ours.Layout, start.Parameters) : null;
        var lockstep = Lockstep || mirror == MirrorKind.Modules;
        var comparer = new TrainingComparer(
            ours.Layout,
            sameBits: mirror == MirrorKind.ZeroDim,
            $"{steps} steps, {ours.Layout.Count} parameters{(lockstep ? ", each step from ours" : "")}");
        var curve = new TrainingCurve(steps);
        var errors = new List<string>();
        for (var k = 0; k < steps; k++)
        {
            if (lockstep && k > 0)
                theirs.Load(start);
            var (our, their) = (ours.Advance(), theirs.Advance());
            var drifting = free?.Advance() ?? their;
            start = our.After;
            comparer.Compare(k, our, their);
            curve.Add(our.Loss, drifting.Loss, TrainingComparer.Drift(ours.Layout, our, drifting));
            errors.AddRange(Missed(k, our, drifting));
            Stepped?.Invoke(k, our, drifting);
        }

        if (steps == run.Steps && run.LossBelow is { } bound && !(curve.LastLoss < bound))
            errors.Add(string.Create(
                CultureInfo.InvariantCulture, $"The loss is {curve.LastLoss} after {steps} steps and was to fall below {bound}."));
        if (ours is MicrogradTraining trained)
            Finished?.Invoke(trained);
        var mirrored = free ?? theirs;
        var again = Again.Length > 0 ? Again : $"./parity run \"{Name}\"{(context.TrainingLength == TrainingLength.Full ? " --full" : "")}";
        return new ItemResult(Name, Kind)
        {
            Points = steps,
            Counts = comparer.Counts,
            GreatestUlp = comparer.GreatestUlp,
            Failures = [.. comparer.Failures.Select(f => f with { Again = again })],
            Note = run.Note,
            Errors = errors,
            Ours = run.Source?.Ours ?? "",
            Theirs = (mirror == MirrorKind.ZeroDim ? run.Source?.ZeroDim : run.Source?.Modules) ?? "",
            Training = new TrainingSummary(mirror, steps, ours.Layout.Count, lockstep, comparer.GreatestRelative, curve.Points)
            {
                Setup = run.Setup,
                Final = context.Figures ? TrainedTensor.Of(ours.Layout, ours.State, mirrored.State) : [],
                Decision = context.Figures && run.Decision is { } problem ? DecisionMap.Of(problem, ours, mirrored) : null,
            },
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
