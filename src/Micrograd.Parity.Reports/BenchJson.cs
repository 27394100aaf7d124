using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Reports;

/// <summary>A measurement as one JSON document: format, version, machine, peers, missing, rows, second_passes, growth, harness, retaken, errors.</summary>
internal static class BenchJson
{
    /// <summary>The document's name.</summary>
    public const string Format = "micrograd-parity-bench";

    /// <summary>The document's version; grows when a reader must change.</summary>
    public const int Version = 2;

    /// <summary>The document's text.</summary>
    public static string Write(BenchReport report) =>
        JsonReport.TextWithNulls(
            new
            {
                Format,
                Version,
                report.Machine,
                BenchReport.Reference,
                report.Peers,
                report.Missing,
                Rows = report.Rows.Select(row => new
                {
                    row.Work,
                    row.Peer,
                    MedianNs = row.Median,
                    LeastNs = row.Least,
                    row.Spread,
                    Ratio = report.Ratio(row),
                    TimesAsFastAs = Ratios(report, row, report.Ratio),
                    TimesAsFastAsByLeastTimes = Ratios(report, row, report.RatioOfLeast),
                    PeakBytes = row.PeakMemory,
                    SamplesNs = row.Nanoseconds,
                }),
                SecondPasses = report.SecondPasses.ToDictionary(pass => pass.Work, pass => pass.Times),
                Growth = new
                {
                    Exponent = report.GrowthExponent,
                    Points = report.Growth.Select(p => new { p.Nodes, NsPerNode = p.NanosecondsPerNode }),
                },
                Harness = report.Harness is { } h
                    ? new
                    {
                        h.Arguments,
                        h.Seconds,
                        h.Cores,
                    }
                    : null,
                report.Retaken,
                report.Errors,
            }
        );

    /// <summary>Reads a document back.</summary>
    /// <exception cref="InvalidDataException">It lacks a part, or is of another version.</exception>
    public static BenchReport Read(JsonPlace document)
    {
        document.DemandVersion(Version);
        return new BenchReport(
            document["machine"].AsText(),
            document["peers"].AsObject().ToDictionary(p => p.Key, p => p.Value.AsText()),
            Strings(document["missing"]),
            [.. document["rows"].AsList().Select(ReadRow)],
            [.. document["growth"]["points"].AsList().Select(p => new GrowthPoint(p["nodes"].AsCount(), p["ns_per_node"].AsNumber()))],
            document.Find("harness") is { } harness
                ? new HarnessTime(harness["arguments"].AsText(), harness["seconds"].AsNumber(), harness["cores"].AsCount())
                : null,
            Strings(document["errors"])
        )
        {
            Retaken = document.Find("retaken")?.AsCount() ?? 0,
        };
    }

    private static BenchRow ReadRow(JsonPlace row) =>
        new(
            row["work"].AsText(),
            row["peer"].AsText(),
            row["samples_ns"].AsList() is { Count: > 0 } samples
                ? [.. samples.Select(t => t.AsNumber())]
                : throw row["samples_ns"].Wrong("'samples_ns' has no time."),
            row.Find("peak_bytes")?.AsWhole()
        );

    private static Dictionary<string, double> Ratios(BenchReport report, BenchRow row, Func<BenchRow, string, string, double?> ratio) =>
        report
            .Rivals.Select(rival => (Name: $"{rival.Peer} {rival.Work}".Trim(), Times: ratio(row, rival.Peer, rival.Work)))
            .Where(rival => rival.Times is not null)
            .ToDictionary(rival => rival.Name, rival => rival.Times!.Value);

    private static string[] Strings(JsonPlace texts) => [.. texts.AsList().Select(t => t.AsText())];
}
