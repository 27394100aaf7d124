using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Training;

/// <summary>A training run with its mirrors.</summary>
/// <param name="Name">Its name in reports and filters.</param>
/// <param name="Steps">How many steps it has.</param>
/// <param name="Ours">Begins the engine's side.</param>
/// <param name="ZeroDim">Begins the same run from 0-dim tensors, op by op, at the engine's initial parameters.</param>
/// <param name="Modules">Begins the run as it is written with <c>torch.nn</c>, at the engine's initial parameters.</param>
public sealed record TrainingRun(string Name, int Steps, Func<ITraining> Ours, TrainingMirror ZeroDim, TrainingMirror Modules)
{
    /// <summary>Number of steps of a run in the whole suite, unless the run states another.</summary>
    public const int DefaultBriefSteps = 10;

    /// <summary>What it was made from; null for a run that is written in code.</summary>
    public TrainingSpec? Spec { get; init; }

    /// <summary>
    /// The mirrors it is compared with. The bounds on the modules' mirror come from what a step records, op by op; a run that records its
    /// samples side by side has the 0-dim mirror only.
    /// </summary>
    public IReadOnlyList<MirrorKind> Mirrors { get; init; } = Enum.GetValues<MirrorKind>();

    /// <summary>How many steps are made where it is asked for by name, but not in full.</summary>
    public int UsualSteps { get; init; } = Steps;

    /// <summary>Number of steps in a run of the whole suite.</summary>
    public int BriefSteps { get; init; } = DefaultBriefSteps;

    /// <summary>Whether gradients add up over the steps, as they do where nobody clears them.</summary>
    public bool AccumulatesGradients { get; init; }

    /// <summary>What a reader should know about it; may be empty.</summary>
    public string Note { get; init; } = "";

    /// <summary>What is trained, in words; empty where only the source says it.</summary>
    public string Setup { get; init; } = "";

    /// <summary>The run as it is written on each side; null where that is not at hand.</summary>
    public TrainingSource? Source { get; init; }

    /// <summary>What is to be decided, where that can be drawn in a plane; null elsewhere.</summary>
    public DecisionProblem? Decision { get; init; }

    /// <summary>Figures printed elsewhere that both sides must print as well.</summary>
    public IReadOnlyList<TrainingFigure> Figures { get; init; } = [];

    /// <summary>What the loss must fall below by the last step; null where nothing is expected.</summary>
    public double? LossBelow { get; init; }

    /// <summary>How many steps a run of some length makes.</summary>
    public int StepsFor(TrainingLength length) =>
        length switch
        {
            TrainingLength.Full => Steps,
            TrainingLength.Usual => UsualSteps,
            _ => Math.Min(UsualSteps, BriefSteps),
        };
}

/// <summary>Begins PyTorch's side of a run.</summary>
/// <param name="layout">The parameters' places.</param>
/// <param name="parameters">Their initial numbers.</param>
public delegate IMirrorTraining TrainingMirror(ParameterLayout layout, double[] parameters);
