using Micrograd.Parity.Bounds;

namespace Micrograd.Parity.Comparing;

/// <summary>Result of comparing one item.</summary>
/// <param name="Name">The item's name.</param>
/// <param name="Kind">Its kind.</param>
public sealed record ItemResult(string Name, ItemKind Kind)
{
    /// <summary>Number of failures kept in full; all are counted.</summary>
    internal const int KeptDifferences = 5;

    /// <summary>Duration of the comparison in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Number of inputs it was run on.</summary>
    public int Points { get; init; }

    /// <summary>Number of numbers compared, by verdict.</summary>
    public Counts Counts { get; init; } = Counts.None;

    /// <summary>Largest distance in ulps; 0 if all bits are the same.</summary>
    public ulong GreatestUlp { get; init; }

    /// <summary>The engine's side as source; empty where there is none.</summary>
    public string Ours { get; init; } = "";

    /// <summary>PyTorch's side as source.</summary>
    public string Theirs { get; init; } = "";

    /// <summary>The first mismatches.</summary>
    public IReadOnlyList<Difference> Failures { get; init; } = [];

    /// <summary>The known differences met, with their reasons.</summary>
    public IReadOnlyList<string> Known { get; init; } = [];

    /// <summary>Histogram of the fraction of their bounds that the differences used; null if the same bits were required.</summary>
    internal BoundUse? BoundUse { get; init; }

    /// <summary>Remark for the reader; may be empty.</summary>
    public string Note { get; init; } = "";

    /// <summary>Errors other than differing numbers: an exception, a figure not reproduced, a known difference that no longer differs.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>Worst verdict of its numbers; an error counts as a mismatch.</summary>
    public Verdict Verdict => Errors.Count > 0 ? Verdict.Mismatch : Counts.Worst;

    /// <summary>Results that only some items have: figures, a training run's summary, a diagnosis.</summary>
    internal IReadOnlyList<ItemDetail> Details { get; init; } = [];

    /// <summary>The detail of a type; null where the item has none.</summary>
    internal T? Detail<T>()
        where T : ItemDetail => Details.OfType<T>().FirstOrDefault();

    /// <summary>This result with one more detail, if there is one.</summary>
    internal ItemResult With(ItemDetail? detail) => detail is null ? this : this with { Details = [.. Details, detail] };
}

/// <summary>A result that only some items have.</summary>
internal abstract record ItemDetail
{
    /// <summary>Those that are not null.</summary>
    internal static IReadOnlyList<ItemDetail> List(params ReadOnlySpan<ItemDetail?> details) => [.. details.ToArray().OfType<ItemDetail>()];
}
