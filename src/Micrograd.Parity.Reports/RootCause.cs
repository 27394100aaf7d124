using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Reports;

/// <summary>One thing that is wrong, and the failed items in which it shows.</summary>
/// <param name="What">What is wrong: <c>tanh's gradient</c>; an item's name where no op is to blame.</param>
/// <param name="Items">The items, the one that shows it best first.</param>
internal sealed record RootCause(string What, IReadOnlyList<ItemResult> Items)
{
    /// <summary>The item that shows it best: of an op the op itself.</summary>
    internal ItemResult First => Items[0];

    /// <summary>The other items.</summary>
    internal IEnumerable<ItemResult> Following => Items.Skip(1);

    /// <summary>The cause in a sentence: <c>tanh's gradient is wrong; 45 items follow from it</c>.</summary>
    internal string Sentence =>
        $"{What} is wrong"
        + (
            Items.Count switch
            {
                1 => "",
                2 => "; 1 item follows from it",
                _ => $"; {Wording.Number(Items.Count - 1)} items follow from it",
            }
        );

    /// <summary>The causes of a run's failures, in the order in which they are met: ops first.</summary>
    internal static IReadOnlyList<RootCause> Group(IEnumerable<ItemResult> items)
    {
        var failed = items.Where(i => i.Verdict == Verdict.Mismatch).ToList();
        var ops = failed.Where(i => i.Kind == ItemKind.Op).Select(i => OpOf(i.Name)).Distinct().ToList();
        return
        [
            .. failed
                .GroupBy(item => Blamed(item, ops) ?? $"{item.Kind.Word}/{item.Name}")
                .Select(group => new RootCause(
                    ops.Contains(group.Key) ? $"{group.Key}'s {Quantities(group.First(i => i.Kind == ItemKind.Op))}" : group.First().Name,
                    [.. group.OrderBy(i => i.Kind == ItemKind.Op ? 0 : 1)]
                ))
                .OrderBy(cause => cause.First.Kind == ItemKind.Op ? 0 : 1),
        ];
    }

    /// <summary>The op that is wrong by itself and on which an item's numbers depend; null if there is none.</summary>
    private static string? Blamed(ItemResult item, List<string> wrong)
    {
        if (item.Kind == ItemKind.Op)
            return OpOf(item.Name);
        var found = item.Diagnosis?.Findings.Select(f => f.What.Split(": ")[0]).FirstOrDefault(wrong.Contains);
        if (found is not null || item.Errors.Count > 0)
            return found;
        var words = Words(item).ToHashSet(StringComparer.Ordinal);
        return wrong.Find(words.Contains);
    }

    /// <summary>The ops that an item's graph has, or that its description names.</summary>
    private static IEnumerable<string> Words(ItemResult item) =>
        item.Graph is { } graph
            ? graph.Nodes.Select(n => n.Op).OfType<string>()
            : (item.Training?.Setup ?? "").Split([' ', ';', ',', '(', ')'], StringSplitOptions.RemoveEmptyEntries);

    private static string OpOf(string name) => name.Split('(')[0];

    private static string Quantities(ItemResult op)
    {
        var told = op.Diagnosis?.Findings.Select(f => f.What).ToList() ?? [];
        var value = told.Exists(t => t.Contains(": value", StringComparison.Ordinal)) || op.Failures.Any(f => f.Quantity == Quantity.Value);
        var gradient = told.Exists(t => t.Contains(": gradient", StringComparison.Ordinal)) || op.Failures.Any(f => f.Quantity == Quantity.Gradient);
        return value && !gradient ? "value"
            : gradient && !value ? "gradient"
            : "value and gradient";
    }
}
