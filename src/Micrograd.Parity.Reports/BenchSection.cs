using System.Globalization;

namespace Micrograd.Parity.Reports;

/// <summary>A measurement as a section.</summary>
internal static class BenchSection
{
    internal static IReadOnlyList<Block> Blocks(BenchReport report) =>
        [
            new Paragraph($"{report.Machine}. Peers took turns, and their results were compared before."),
            .. report.Errors.Select(error => new Paragraph($"Results differ: {error}", Tone.Bad)),
            new Bullets([.. report.Peers.Select(p => new SectionEntry(p.Key, p.Value)), .. report.Missing.Select(m => new SectionEntry("", m))]),
            Comparison(report, "", report.Ratio),
            Comparison(report, ", by least times", report.RatioOfLeast),
            Times(report),
            .. report.SecondPasses.Select(pass => new Paragraph(
                $"A second backward pass over the graph of {pass.Work} takes {Text(pass.Times, "0.00")} times the first."
            )),
            new Paragraph($"Growth of the engine's time with the number of nodes: exponent {Text(report.GrowthExponent, "0.000")}."),
            Growth(report),
            .. report.Retaken > 0
                ? [new Paragraph($"Samples taken again since the driver had lost its core: {Wording.Number(report.Retaken)}.")]
                : Array.Empty<Block>(),
            .. report.Harness is { } harness ? [new Paragraph(harness.Summary)] : Array.Empty<Block>(),
        ];

    /// <summary>The engine's works, each with how many times as fast as every peer it is.</summary>
    private static SectionTable Comparison(BenchReport report, string how, Func<BenchRow, string, string, double?> ratio) =>
        SectionTable.Create(
            $"{BenchReport.Engine}'s speed{how}, times that of its peers",
            report.Rows.Where(r => r.Peer == BenchReport.Engine && report.Rivals.Any(rival => ratio(r, rival.Peer, rival.Work) is not null)),
            [
                new($"times as fast{how} as", false, r => r.Work),
                .. report.Rivals.Select(rival => new SectionColumn<BenchRow>(
                    rival.Work.Length == 0 ? rival.Peer : $"{rival.Peer} ({rival.Work})",
                    true,
                    r => Text(ratio(r, rival.Peer, rival.Work), "#,0.00")
                )),
            ]
        );

    private static SectionTable Times(BenchReport report) =>
        SectionTable.Create(
            "Times by work and peer",
            report.Rows,
            new("work", false, r => new(r.Work, r.Peer == BenchReport.Engine ? Tone.Own : Tone.Plain)),
            new("peer", false, r => r.Peer),
            new("median", true, r => Time(r.Median)),
            new("least", true, r => Time(r.Least)),
            new("spread", true, r => Text(r.Spread, "0 %")),
            new($"times {BenchReport.Reference}'s speed", true, r => Text(report.Ratio(r), "0.00")),
            new("peak memory", true, r => Text(r.PeakMemory / 1e6, "0 MB")),
            new("speed", false, r => new("") { Bar = report.Ratio(r) / report.Rows.Where(other => other.Work == r.Work).Max(report.Ratio) })
        );

    private static SectionTable Growth(BenchReport report)
    {
        var slowest = report.Growth.Max(p => p.NanosecondsPerNode);
        return SectionTable.Create(
            "Time by number of nodes",
            report.Growth,
            new("nodes", true, p => Wording.Number(p.Nodes)),
            new("ns each", true, p => Text(p.NanosecondsPerNode, "0.00")),
            new("time a node", false, p => new("") { Bar = p.NanosecondsPerNode / slowest })
        );
    }

    private static string Text(double? number, string format) => number?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    /// <summary>A time in the unit that suits it.</summary>
    private static string Time(double nanoseconds) =>
        nanoseconds >= 1e7 ? Text(nanoseconds / 1e6, "N0") + " ms" : Text(nanoseconds / 1e3, "N0") + " µs";
}
