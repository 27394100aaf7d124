using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Reports.Html;

/// <summary>Both sides' source of one or more items, where it is too long for their cards.</summary>
/// <param name="Anchor">Its place in the page.</param>
/// <param name="Title">Whose source it is.</param>
/// <param name="Ours">The engine's side.</param>
/// <param name="Theirs">PyTorch's side.</param>
public sealed record SourceText(string Anchor, string Title, string Ours, string Theirs)
{
    private const int Named = 3;

    /// <summary>The long sources of some items, each once.</summary>
    internal static IReadOnlyList<SourceText> Collect(IEnumerable<ItemResult> items) =>
        [
            .. items
                .Where(IsLong)
                .GroupBy(i => (i.Ours, i.Theirs))
                .Select(
                    (same, i) =>
                        new SourceText(
                            $"source-{same.First().Kind.Word}-{i + 1}",
                            Names([.. same.Select(item => item.Name)]),
                            same.Key.Ours,
                            same.Key.Theirs
                        )
                ),
        ];

    /// <summary>True if an item's source takes more than a line.</summary>
    internal static bool IsLong(ItemResult item) => item.Ours.Contains('\n') || item.Theirs.Contains('\n');

    internal bool IsOf(ItemResult item) => item.Ours == Ours && item.Theirs == Theirs;

    private static string Names(List<string> names) =>
        names.Count <= Named + 1 ? string.Join("; ", names) : $"{string.Join("; ", names.Take(Named))} and {names.Count - Named} more";
}
