using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Comparisons;

/// <summary>Known differences between the engine and PyTorch, with the reason. A row that no longer differs fails the run.</summary>
internal static class KnownDifferences
{
    public static IReadOnlyList<KnownDifference> All { get; } = [];
}
