using System.Text.Json;
using System.Text.Json.Nodes;
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
            ["errors"] = Strings(report.Errors),
        }.ToJsonString(s_options) + "\n";

    /// <summary>Reads a document back.</summary>
    /// <exception cref="InvalidDataException">It lacks a part, or is of another version.</exception>
    public static BenchReport Read(JsonObject document)
    {
        ArgumentNullException.ThrowIfNull(document);
        if ((int?)document["version"] != Version)
            throw new InvalidDataException($"its version is {document["version"]}, and this program reads version {Version}.");
        try
        {
            return new BenchReport(
                (string)document["machine"]!,
                document["peers"]!.AsObject().ToDictionary(p => p.Key, p => (string)p.Value!),
                Strings(document["missing"]!),
                [
                    .. document["rows"]!
                        .AsArray()
                        .Select(r => new BenchRow(
                            (string)r!["work"]!,
                            (string)r["peer"]!,
                            [.. r["samples_ns"]!.AsArray().Select(t => (double)t!)],
                            (long?)r["peak_bytes"]
                        )),
                ],
                [.. document["growth"]!["points"]!.AsArray().Select(p => new GrowthPoint((int)p!["nodes"]!, (double)p["ns_per_node"]!))],
                document["harness"] is { } harness ? ReadHarness(harness) : null,
                Strings(document["errors"]!)
            );
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException("it lacks a part of a measurement's document, or has another in its place.", e);
        }
    }

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

    private static HarnessTime ReadHarness(JsonNode harness) =>
        new((string)harness["arguments"]!, (double)harness["seconds"]!, (int)harness["cores"]!);

    private static string[] Strings(JsonNode texts) => [.. texts.AsArray().Select(t => (string)t!)];

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
