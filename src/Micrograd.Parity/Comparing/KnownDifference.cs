using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Comparing;

/// <summary>
/// A difference that is understood and accepted, with its reason. A row that no longer differs where it applies fails the run, so that
/// the list cannot go stale.
/// </summary>
/// <param name="Item">The item's name, such as <c>hardswish</c>.</param>
/// <param name="Where">The points in words.</param>
/// <param name="Applies">Predicate on a point (the operands), a quantity and an operand's index (−1 for the result): true if the row applies.</param>
/// <param name="Reason">Why both sides are as they are.</param>
/// <param name="TorchVersions">The versions of PyTorch it holds for, by the start of their number; "1.", or "" for all.</param>
internal sealed record KnownDifference(
    string Item,
    string Where,
    Func<double[], Quantity, int, bool> Applies,
    string Reason,
    string TorchVersions = ""
)
{
    /// <summary>True if it holds for a version of PyTorch.</summary>
    public bool HoldsFor(string torchVersion) => torchVersion.StartsWith(TorchVersions, StringComparison.Ordinal);
}
