using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Comparing;

/// <summary>
/// A difference that is understood and accepted, with its reason. A row that no longer differs where it applies fails the run, so that
/// the list cannot go stale.
/// </summary>
/// <param name="Item">The item's name, such as <c>hardswish</c>.</param>
/// <param name="Where">The points in words.</param>
/// <param name="Applies">Whether a point (the operands) and a quantity of an operand (−1 for the result) is meant.</param>
/// <param name="Reason">Why both sides are as they are.</param>
/// <param name="TorchVersions">The versions of PyTorch it holds for, by the start of their number; "1.", or "" for all.</param>
public sealed record KnownDifference(string Item, string Where, Func<double[], Quantity, int, bool> Applies, string Reason, string TorchVersions = "")
{
    /// <summary>Whether it holds for a version of PyTorch.</summary>
    public bool HoldsFor(string torchVersion) => torchVersion.StartsWith(TorchVersions, StringComparison.Ordinal);
}
