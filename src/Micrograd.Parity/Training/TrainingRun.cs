using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Training;

/// <summary>A training run with its mirrors.</summary>
/// <param name="Name">Its name in reports and filters.</param>
/// <param name="Steps">Number of steps.</param>
/// <param name="Ours">Begins the engine's side.</param>
/// <param name="ZeroDim">Begins the same run from 0-dim tensors, op by op, at the engine's initial parameters.</param>
/// <param name="Modules">Begins the run as it is written with <c>torch.nn</c>, at the engine's initial parameters.</param>
internal sealed record TrainingRun(string Name, int Steps, Func<ITraining> Ours, TrainingMirror ZeroDim, TrainingMirror Modules)
{
    /// <summary>Number of steps of a run in the whole suite, unless the run states another.</summary>
    public const int DefaultBriefSteps = 10;

    /// <summary>Specification it was made from; null for a run that is written in code.</summary>
    public TrainingSpec? Spec { get; init; }

    /// <summary>Its estimated size; null for a run that is written in code.</summary>
    internal TrainingSize? Size { get; init; }

    /// <summary>
    /// The mirrors it is compared with. The bounds on the modules' mirror come from what a step records, op by op; a run that records its
    /// samples side by side has the 0-dim mirror only.
    /// </summary>
    public IReadOnlyList<MirrorKind> Mirrors { get; init; } = Enum.GetValues<MirrorKind>();

    /// <summary>Number of steps if it is selected by name, but not run in full.</summary>
    public int UsualSteps { get; init; } = Steps;

    /// <summary>Number of steps in a run of the whole suite.</summary>
    public int BriefSteps { get; init; } = DefaultBriefSteps;

    /// <summary>True if gradients accumulate over the steps because they are never cleared.</summary>
    public bool AccumulatesGradients { get; init; }

    /// <summary>Number of samples of a step; null if it is not known.</summary>
    internal Func<int, int>? SamplesOf { get; init; }

    /// <summary>Remark for the reader; may be empty.</summary>
    public string Note { get; init; } = "";

    /// <summary>Description of network, data, loss and optimizer; empty if only the source has it.</summary>
    public string Setup { get; init; } = "";

    /// <summary>Source code of the run on each side; null if not available.</summary>
    public TrainingSource? Source { get; init; }

    /// <summary>The classification problem if its decision regions can be drawn in a plane; null otherwise.</summary>
    public DecisionProblem? Decision { get; init; }

    /// <summary>Figures printed elsewhere that both sides must print as well.</summary>
    public IReadOnlyList<TrainingFigure> Figures { get; init; } = [];

    /// <summary>Upper limit of the loss at the last step (exclusive); null for no limit.</summary>
    public double? LossBelow { get; init; }

    /// <summary>Number of steps of a run of some length.</summary>
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
internal delegate IMirrorTraining TrainingMirror(ParameterLayout layout, double[] parameters);
