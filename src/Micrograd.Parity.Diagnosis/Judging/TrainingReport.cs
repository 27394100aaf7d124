using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Traces;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Result of checking a recorded training run.</summary>
/// <param name="Trace">The run.</param>
/// <param name="IsFloat32">True if its engine computes in float32: declared, or inferred from its numbers.</param>
/// <param name="Compared">Number of numbers compared.</param>
/// <param name="SameBits">Number of them with PyTorch's bits.</param>
/// <param name="Mistakes">Every number that rounding does not explain, in the order of the run.</param>
/// <param name="Groups">The mistakes by phase, in the order in which the phases go wrong; the first is where the run diverges from PyTorch.</param>
/// <param name="Honest">Benign rounding by phase and class.</param>
/// <param name="Drift">Distance from PyTorch's own run at the last recorded step; null if it recorded neither parameters nor loss.</param>
internal sealed record TrainingReport(
    TrainingTrace Trace,
    bool IsFloat32,
    long Compared,
    long SameBits,
    IReadOnlyList<TrainingFinding> Mistakes,
    IReadOnlyList<PhaseGroup> Groups,
    IReadOnlyList<PhaseGroup> Honest,
    TrainingDrift? Drift
)
{
    /// <summary>Sentence on the precision: what it is taken for, and why.</summary>
    public string Precision { get; init; } = "";

    /// <summary>Number of steps, from the first, that PyTorch computed itself; the engine, which had PyTorch's bits in these, computed the others.</summary>
    public int StepsByTorch { get; init; }

    /// <summary>
    /// True if this build's own engine differs from PyTorch in a step. PyTorch then computes all further steps, and a bound that was derived from the
    /// engine's step counts only where it holds PyTorch's number.
    /// </summary>
    public bool EngineDiffers { get; init; }

    /// <summary>Text that says who computed the reference steps.</summary>
    public string Judge =>
        (
            Trace.Steps[^1].Step < StepsByTorch
                ? "by PyTorch"
                : $"the first {StepsByTorch} by PyTorch, the others by Micrograd, which had PyTorch's bits in these"
        ) + (EngineDiffers ? "; this build's own engine differs from PyTorch here" : "");
}

/// <summary>Findings of one phase and class.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Class">Class of the differences.</param>
/// <param name="Count">Number of numbers that differ.</param>
/// <param name="Steps">Number of steps in which they differ.</param>
/// <param name="First">The first finding.</param>
/// <param name="GreatestRelative">Largest difference, relative to the largest number of the same quantity.</param>
internal sealed record PhaseGroup(TrainingPhase Phase, DifferenceClass Class, int Count, int Steps, TrainingFinding First, double GreatestRelative)
{
    /// <summary>Facts about them.</summary>
    public IReadOnlyList<Fact> Facts { get; init; } = [];
}

/// <summary>Distance of a recorded run from PyTorch's run from the same initial parameters.</summary>
/// <param name="Step">The step.</param>
/// <param name="Quantity">Quantity compared: the loss or the parameters.</param>
/// <param name="Relative">Largest difference, relative to the largest number.</param>
internal sealed record TrainingDrift(int Step, string Quantity, double Relative);
