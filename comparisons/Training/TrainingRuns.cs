using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Training;

/// <summary>Every training run that is compared.</summary>
public static class TrainingRuns
{
    public static IReadOnlyList<TrainingRun> All { get; } =
    [
        .. FourPoints.All,
    ];
}
