namespace Micrograd.Parity.Reports;

/// <summary>A finished measurement.</summary>
/// <param name="Machine">Processor, cores, system and runtime.</param>
/// <param name="Peers">Descriptions that the drivers give of themselves, by name.</param>
/// <param name="Missing">Peers that could not be built here, with what to install.</param>
/// <param name="Rows">A row for each work and peer.</param>
/// <param name="Growth">The engine's time per node by the number of nodes.</param>
/// <param name="Harness">Time of a parity run; null if it was not measured.</param>
/// <param name="Errors">Results that differ by more than rounding; such peers are not timed.</param>
public sealed record BenchReport(
    string Machine,
    IReadOnlyDictionary<string, string> Peers,
    IReadOnlyList<string> Missing,
    IReadOnlyList<BenchRow> Rows,
    IReadOnlyList<GrowthPoint> Growth,
    HarnessTime? Harness,
    IReadOnlyList<string> Errors
)
{
    /// <summary>The peer whose speed is 1.</summary>
    public const string Reference = "sacado";

    /// <summary>The engine's name among the peers.</summary>
    public const string Engine = "micrograd";

    /// <summary>Number of samples that were taken again, since the driver had lost its core.</summary>
    public int Retaken { get; init; }

    /// <summary>The exponent e of the fit time = c · nodesᵉ; 1 is linear.</summary>
    public double GrowthExponent
    {
        get
        {
            var points = Growth.Select(p => (X: Math.Log(p.Nodes), Y: Math.Log(p.Nodes * p.NanosecondsPerNode))).ToList();
            double x = points.Average(p => p.X),
                y = points.Average(p => p.Y);
            return points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x));
        }
    }

    /// <summary>The engine's works that are second backward passes, each with its time in those of the first.</summary>
    public IEnumerable<(string Work, double Times)> SecondPasses =>
        from row in Rows
        where row is { Peer: Engine, Variant: "again" }
        select (row.Family, row.Median / RivalOf(row, Engine, "")!.Median);

    /// <summary>The peers that were timed, the engine left out.</summary>
    public IReadOnlyList<(string Work, string Peer)> Rivals =>
        [.. Rows.Where(r => r.Peer != Engine).Select(r => (Work: r.Variant, r.Peer)).Distinct()];

    /// <summary>Speed of a row's peer relative to the reference on the same work; null if the reference was not timed.</summary>
    public double? Ratio(BenchRow row) => Ratio(row, Reference);

    /// <summary>Speed of a row relative to a peer on the same work, or on a variant of it; null if that was not timed.</summary>
    /// <param name="row">The row.</param>
    /// <param name="peer">The peer's name.</param>
    /// <param name="variant">Variant of the work that the peer ran; empty for the work itself.</param>
    public double? Ratio(BenchRow row, string peer, string variant = "") => RivalOf(row, peer, variant)?.Median / row.Median;

    /// <summary>Ratio of both sides' minimum times, in which disturbances of the machine count least.</summary>
    public double? RatioOfLeast(BenchRow row, string peer = Reference, string variant = "") => RivalOf(row, peer, variant)?.Least / row.Least;

    private BenchRow? RivalOf(BenchRow row, string peer, string variant) =>
        Rows.FirstOrDefault(r => r.Family == row.Family && r.Variant == variant && r.Peer == peer);
}

/// <summary>The times of one peer on one work.</summary>
/// <param name="Work">The work's name.</param>
/// <param name="Peer">The peer's name.</param>
/// <param name="Nanoseconds">A time for each round.</param>
/// <param name="PeakMemory">Peak memory in bytes if every round had a process of its own; else null.</param>
public sealed record BenchRow(string Work, string Peer, IReadOnlyList<double> Nanoseconds, long? PeakMemory)
{
    /// <summary>The work that this is, or is a variant of.</summary>
    public string Family => Work.Split('-')[0];

    /// <summary>Name of the variant; empty for the work itself.</summary>
    public string Variant => Work.Length > Family.Length ? Work[(Family.Length + 1)..] : "";

    /// <summary>The median time.</summary>
    public double Median => Nanoseconds.Order().ElementAt(Nanoseconds.Count / 2);

    /// <summary>The minimum time.</summary>
    public double Least => Nanoseconds.Min();

    /// <summary>Interquartile range divided by the median.</summary>
    public double Spread
    {
        get
        {
            var sorted = Nanoseconds.Order().ToList();
            return (sorted[sorted.Count * 3 / 4] - sorted[sorted.Count / 4]) / Median;
        }
    }
}

/// <summary>One size of the growing chain.</summary>
public sealed record GrowthPoint(int Nodes, double NanosecondsPerNode);
