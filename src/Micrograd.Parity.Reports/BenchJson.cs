using System.Text.Json;
using System.Text.Json.Nodes;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Reports;

/// <summary>A measurement as one JSON document: format, version, machine, peers, missing, rows, growth, harness, errors.</summary>
internal static class BenchJson
{
    /// <summary>The document's name.</summary>
    public const string Format = "micrograd-parity-bench";

    /// <summary>The document's version; grows when a reader must change.</summary>
    public const int Version = 2;

    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true };

    /// <summary>The document's text.</summary>
    public static string Write(BenchReport report) =>
        new JsonObject
        {
            ["format"] = Format,
            ["version"] = Version,
            ["machine"] = report.Machine,
            ["reference"] = BenchReport.Reference,
            ["peers"] = new JsonObject(report.Peers.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
            ["missing"] = Strings(report.Missing),
            ["rows"] = new JsonArray([.. report.Rows.Select(row => (JsonNode)Write(report, row))]),
            ["growth"] = new JsonObject
            {
                ["exponent"] = JsonNumber.Write(report.GrowthExponent),
                ["points"] = new JsonArray([.. report.Growth.Select(point => (JsonNode)Write(point))]),
            },
            ["harness"] = report.Harness is { } harness ? Write(harness) : null,
            ["retaken"] = report.Retaken,
            ["errors"] = Strings(report.Errors),
        }.ToJsonString(s_options) + "\n";

    /// <summary>Reads a document back.</summary>
    /// <exception cref="InvalidDataException">It lacks a part, or is of another version.</exception>
    public static BenchReport Read(JsonPlace document)
    {
        ArgumentNullException.ThrowIfNull(document);
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

    private static JsonObject Write(BenchReport report, BenchRow row) =>
        new JsonObject
        {
            ["work"] = row.Work,
            ["peer"] = row.Peer,
            ["median_ns"] = JsonNumber.Write(row.Median),
            ["least_ns"] = JsonNumber.Write(row.Least),
            ["spread"] = JsonNumber.Write(row.Spread),
            ["ratio"] = report.Ratio(row) is { } times ? JsonNumber.Write(times) : null,
            ["times_as_fast_as"] = Ratios(report, row, report.Ratio),
            ["times_as_fast_as_by_least_times"] = Ratios(report, row, report.RatioOfLeast),
            ["peak_bytes"] = row.PeakMemory,
            ["samples_ns"] = new JsonArray([.. row.Nanoseconds.Select(JsonNumber.Write)]),
        };

    private static JsonObject Ratios(BenchReport report, BenchRow row, Func<BenchRow, string, string, double?> ratio) =>
        new(
            from rival in report.Rivals
            let times = ratio(row, rival.Peer, rival.Work)
            where times is not null
            select KeyValuePair.Create($"{rival.Peer} {rival.Work}".Trim(), (JsonNode?)JsonNumber.Write(times.Value))
        );

    private static JsonObject Write(GrowthPoint point) =>
        new JsonObject { ["nodes"] = point.Nodes, ["ns_per_node"] = JsonNumber.Write(point.NanosecondsPerNode) };

    private static JsonObject Write(HarnessTime harness) =>
        new JsonObject
        {
            ["arguments"] = harness.Arguments,
            ["seconds"] = JsonNumber.Write(harness.Seconds),
            ["cores"] = harness.Cores,
        };

    private static string[] Strings(JsonPlace texts) => [.. texts.AsList().Select(t => t.AsText())];

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
