using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Reports;

/// <summary>Change of an item from one run to another.</summary>
public enum Change
{
    /// <summary>More severe verdict, more numbers that differ, or a greater distance.</summary>
    Worse,

    /// <summary>The reverse.</summary>
    Better,

    /// <summary>Only in the newer run.</summary>
    New,

    /// <summary>Only in the older run.</summary>
    Gone,

    /// <summary>No difference in what is compared.</summary>
    Same,
}

/// <summary>An item in two runs.</summary>
/// <param name="Old">Older result; null if the item is new.</param>
/// <param name="New">Newer result; null if the item is gone.</param>
/// <param name="Change">Kind of change.</param>
internal sealed record ItemChange(ItemResult? Old, ItemResult? New, Change Change)
{
    /// <summary>The item's name, with its kind.</summary>
    public string Name => $"{(New ?? Old)!.Kind.Word} {(New ?? Old)!.Name}";

    /// <summary>True if it counts against the newer run: it got worse, or is new and mismatches.</summary>
    public bool IsBad => Change == Change.Worse || (Change == Change.New && New!.Verdict == Verdict.Mismatch);
}

/// <summary>Changes between two runs.</summary>
internal sealed class RunComparison
{
    /// <summary>Compares an older run with a newer one.</summary>
    public RunComparison(RunReport old, RunReport now)
    {
        Environment = [.. Differing(old.Environment, now.Environment)];
        var before = old.Items.ToLookup(Key);
        var after = now.Items.ToLookup(Key);
        Items =
        [
            .. now.Items.Select(item =>
                before[Key(item)].FirstOrDefault() is { } was ? new ItemChange(was, item, Judge(was, item)) : new ItemChange(null, item, Change.New)
            ),
            .. old.Items.Where(item => !after.Contains(Key(item))).Select(item => new ItemChange(item, null, Change.Gone)),
        ];
    }

    /// <summary>Facts of the environment that differ between the runs: name, old value, new value.</summary>
    public IReadOnlyList<(string What, string Old, string New)> Environment { get; }

    /// <summary>Every item: those of the newer run, then those gone.</summary>
    public IReadOnlyList<ItemChange> Items { get; }

    /// <summary>True if the newer run is nowhere worse.</summary>
    public bool IsGood => !Items.Any(i => i.IsBad);

    private static (ItemKind Kind, string Name) Key(ItemResult item) => (item.Kind, item.Name);

    /// <summary>Compares by severity: verdict first, then errors and counts, the greatest distance last.</summary>
    private static Change Judge(ItemResult old, ItemResult now) =>
        Gravity(now).CompareTo(Gravity(old)) switch
        {
            > 0 => Change.Worse,
            < 0 => Change.Better,
            _ => Change.Same,
        };

    private static (Verdict, int, long, long, long, ulong) Gravity(ItemResult i) =>
        (i.Verdict, i.Errors.Count, i.Counts.Mismatch, i.Counts.Known, i.Counts.WithinBound, i.GreatestUlp);

    private static IEnumerable<(string What, string Old, string New)> Differing(RunEnvironment old, RunEnvironment now) =>
        Facts(old).Zip(Facts(now)).Where(p => p.First.Value != p.Second.Value).Select(p => (p.First.What, p.First.Value, p.Second.Value));

    private static IEnumerable<(string What, string Value)> Facts(RunEnvironment e) =>
        [
            ("PyTorch", e.TorchSummary),
            ("processor", e.Processor),
            ("runtime", e.Runtime),
            ("system", e.System),
            ("commit", e.Commit.Length == 0 ? "unknown" : e.Commit),
            ("seed", FormattableString.Invariant($"{e.Seed}")),
            ("only", e.Filter.Length == 0 ? "everything" : e.Filter),
        ];
}
