using Micrograd.Parity.Bounds;

namespace Micrograd.Parity.Comparing;

/// <summary>What the comparison of one item came to.</summary>
/// <param name="Name">The item's name.</param>
/// <param name="Kind">Its kind: <c>op</c>, <c>program</c> or <c>training</c>.</param>
public sealed record ItemResult(string Name, string Kind)
{
    /// <summary>How many failures are kept in full; all are counted.</summary>
    public const int KeptDifferences = 5;

    /// <summary>How long the comparison took.</summary>
    public double Seconds { get; init; }

    /// <summary>How many inputs it was run on.</summary>
    public int Points { get; init; }

    /// <summary>How many numbers were compared, by verdict.</summary>
    public Counts Counts { get; init; } = Counts.None;

    /// <summary>The greatest distance in ulps; 0 where all bits are the same.</summary>
    public ulong GreatestUlp { get; init; }

    /// <summary>The engine's side as source; empty where there is none.</summary>
    public string Ours { get; init; } = "";

    /// <summary>PyTorch's side as source.</summary>
    public string Theirs { get; init; } = "";

    /// <summary>The first mismatches.</summary>
    public IReadOnlyList<Difference> Failures { get; init; } = [];

    /// <summary>The known differences met, with their reasons.</summary>
    public IReadOnlyList<string> Known { get; init; } = [];

    /// <summary>What share of their bounds the differences used; null where the same bits were demanded.</summary>
    public BoundUse? BoundUse { get; init; }

    /// <summary>What else a reader should know.</summary>
    public string Note { get; init; } = "";

    /// <summary>What went wrong apart from numbers: an exception, a figure not reproduced, a known difference that no longer differs.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>The gravest verdict of its numbers; an error counts as a mismatch.</summary>
    public Verdict Verdict => Errors.Count > 0 ? Verdict.Mismatch : Counts.Worst;

    /// <summary>Results that only some items have: figures, a training run's summary, a diagnosis.</summary>
    public IReadOnlyList<ItemDetail> Details { get; init; } = [];

    /// <summary>The detail of a type; null where the item has none.</summary>
    public T? Detail<T>()
        where T : ItemDetail => Details.OfType<T>().FirstOrDefault();

    /// <summary>This result with one more detail, if there is one.</summary>
    public ItemResult With(ItemDetail? detail) => detail is null ? this : this with { Details = [.. Details, detail] };
}

/// <summary>A result that only some items have.</summary>
public abstract record ItemDetail
{
    /// <summary>Those that are not null.</summary>
    internal static IReadOnlyList<ItemDetail> List(params ReadOnlySpan<ItemDetail?> details) => [.. details.ToArray().OfType<ItemDetail>()];
}
