using System.Text.Json;
using System.Text.Json.Nodes;

namespace Micrograd.Parity.Speed;

/// <summary>A measurement as one JSON document: format, version, machine, peers, missing, rows, growth, errors.</summary>
public static class BenchJson
{
    /// <summary>The document's name.</summary>
    public const string Format = "micrograd-parity-bench";

    /// <summary>The document's version; grows when a reader must change.</summary>
    public const int Version = 1;

    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true };

    /// <summary>The document's text.</summary>
    public static string Write(BenchReport report) => new JsonObject
    {
        ["format"] = Format,
        ["version"] = Version,
        ["machine"] = report.Machine,
        ["reference"] = Bench.Reference,
        ["peers"] = new JsonObject(report.Peers.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
        ["missing"] = Strings(report.Missing),
        ["rows"] = new JsonArray([.. report.Rows.Select(row => (JsonNode)Write(report, row))]),
        ["growth"] = new JsonObject
        {
            ["exponent"] = report.GrowthExponent,
            ["points"] = new JsonArray([.. report.Growth.Select(point => (JsonNode)Write(point))]),
        },
        ["errors"] = Strings(report.Errors),
    }.ToJsonString(s_options) + "\n";

    private static JsonObject Write(BenchReport report, BenchRow row) => new JsonObject
    {
        ["work"] = row.Work,
        ["peer"] = row.Peer,
        ["median_ns"] = row.Median,
        ["spread"] = row.Spread,
        ["ratio"] = report.Ratio(row),
        ["times_as_fast_as"] = new JsonObject(report.Rivals.Where(r => report.Ratio(row, r.Peer, r.Work) is not null)
            .Select(r => KeyValuePair.Create($"{r.Peer} {r.Work}".Trim(), (JsonNode?)report.Ratio(row, r.Peer, r.Work)))),
        ["peak_bytes"] = row.PeakMemory,
        ["samples_ns"] = new JsonArray([.. row.Nanoseconds.Select(t => JsonValue.Create(t))]),
    };

    private static JsonObject Write(GrowthPoint point) => new JsonObject
    {
        ["nodes"] = point.Nodes,
        ["ns_per_node"] = point.NanosecondsPerNode,
    };

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
