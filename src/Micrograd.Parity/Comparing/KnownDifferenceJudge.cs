using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Comparing;

/// <summary>Decides whether a differing number of an op is a known difference, and remembers which rows were met.</summary>
internal sealed class KnownDifferenceJudge(string item, RunContext context)
{
    private readonly List<KnownDifference> _rows = [.. context.Known.Where(k => k.Item == item && k.HoldsFor(context.Torch.Version))];

    private readonly HashSet<KnownDifference> _met = [];

    /// <summary>The rows met, in words.</summary>
    internal IReadOnlyList<string> Met => [.. _rows.Where(_met.Contains).Select(k => $"{k.Where}: {k.Reason}")];

    /// <summary>The rows not met, which are therefore out of date.</summary>
    internal IReadOnlyList<string> Stale =>
        [.. _rows.Where(k => !_met.Contains(k)).Select(k => $"The known difference '{k.Where}' no longer differs: remove its row.")];

    internal (Verdict Verdict, string Explanation) Judge(double[] point, Quantity quantity, int operand)
    {
        var row = _rows.Find(k => k.Applies(point, quantity, operand));
        if (row is null)
            return (Verdict.Mismatch, "");
        _met.Add(row);
        return (Verdict.KnownDifference, row.Reason);
    }
}
