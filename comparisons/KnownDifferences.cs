using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Comparisons;

/// <summary>What differs between the engine and PyTorch, and why. A row that no longer differs fails the run.</summary>
public static class KnownDifferences
{
    public static IReadOnlyList<KnownDifference> All { get; } = [];
}
