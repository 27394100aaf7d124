using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Training;

/// <summary>Every training run that is compared.</summary>
internal static class TrainingRuns
{
    public static IReadOnlyList<TrainingRun> All { get; } =
    [.. OneNeuron.All, .. FourPoints.All, .. TwoMoons.All, .. QuadraticRuns.All, .. Classics.All, .. OptimizerRuns.All, .. LossRuns.All];
}
