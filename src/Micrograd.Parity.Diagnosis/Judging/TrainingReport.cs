using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Traces;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>What was found in a recorded training run.</summary>
/// <param name="Trace">The run.</param>
/// <param name="IsFloat32">Whether its engine computes in float32, by its own word or by its numbers.</param>
/// <param name="Compared">How many numbers were compared.</param>
/// <param name="SameBits">How many of them have PyTorch's bits.</param>
/// <param name="Mistakes">Every number that rounding does not explain, in the order of the run.</param>
/// <param name="Groups">The mistakes by phase, in the order in which the phases go wrong; the first is where the run parts from PyTorch.</param>
/// <param name="Honest">The honest differences by phase and class.</param>
/// <param name="Drift">How far the recorded run has come from PyTorch's own by the last step at which they can be compared.</param>
public sealed record TrainingReport(
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
    /// <summary>How many steps, from the first, PyTorch made itself; the others the engine, whose bits are PyTorch's.</summary>
    public int StepsByTorch { get; init; }

    /// <summary>Who made the steps that the recorded ones were judged by, in words.</summary>
    public string Judge =>
        Trace.Steps[^1].Step < StepsByTorch ? "by PyTorch" : $"by Micrograd, whose bits are PyTorch's; the first {StepsByTorch} by PyTorch itself";
}

/// <summary>Findings of one phase and class.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Class">What the differences are.</param>
/// <param name="Count">How many numbers differ.</param>
/// <param name="Steps">In how many steps.</param>
/// <param name="First">The first of them.</param>
/// <param name="GreatestRelative">The greatest difference, relative to the greatest number of the same quantity.</param>
public sealed record PhaseGroup(TrainingPhase Phase, DifferenceClass Class, int Count, int Steps, TrainingFinding First, double GreatestRelative)
{
    /// <summary>What is known of them.</summary>
    public IReadOnlyList<Fact> Facts { get; init; } = [];
}

/// <summary>How far a recorded run is from PyTorch's run from the same start.</summary>
/// <param name="Step">The step.</param>
/// <param name="Quantity">What was compared: the loss, or the parameters.</param>
/// <param name="Relative">The greatest difference, relative to the greatest number.</param>
public sealed record TrainingDrift(int Step, string Quantity, double Relative);
