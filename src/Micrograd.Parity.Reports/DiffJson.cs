using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Micrograd.Parity.Diff;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Reports;

/// <summary>Writes what a comparison of two recordings came to as JSON (docs/diff.schema.json).</summary>
internal static class DiffJson
{
    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document's text.</summary>
    internal static string Write(DiffResult result) =>
        new JsonObject
        {
            ["format"] = "micrograd-parity-diff",
            ["version"] = 1,
            ["verdict"] = Name(result.Verdict),
            ["original"] = Of(result.Original),
            ["port"] = Of(result.Port),
            ["counts"] = new JsonObject
            {
                ["compared"] = result.Counts.Compared,
                ["same_bits"] = result.Counts.SameBits,
                ["judged"] = result.Counts.Judged,
                ["near"] = result.Counts.Near,
            },
            ["findings"] = List(result.Findings, Of),
            ["matching"] = List(result.Matching, text => text),
            ["unchecked"] = List(result.Unchecked, text => text),
            ["steps"] = List(result.Steps, step => step),
            ["losses"] = List(result.Losses, loss => new JsonObject
            {
                ["step"] = loss.Step,
                ["original"] = JsonNumber.Write(loss.Original),
                ["port"] = JsonNumber.Write(loss.Port),
            }),
            ["modules"] = List(result.Modules, module => new JsonObject
            {
                ["name"] = module.Name,
                ["port"] = module.PortName,
                ["type"] = module.Type,
                ["distances"] = List(module.Distances, distance => double.IsNaN(distance) ? null : JsonNumber.Write(distance)),
            }),
        }.ToJsonString(s_options) + "\n";

    private static JsonObject Of(RunSummary run) =>
        new()
        {
            ["path"] = run.Path,
            ["name"] = run.Name,
            ["framework"] = run.Framework,
            ["surroundings"] = new JsonObject(run.Surroundings.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["keep"] = Name(run.Keep),
            ["steps"] = run.Steps,
            ["cut_short"] = run.IsCutShort,
        };

    private static JsonObject Of(Finding finding) =>
        new()
        {
            ["stage"] = Name(finding.Stage),
            ["step"] = finding.Step < 0 ? null : finding.Step,
            ["name"] = finding.Name,
            ["port_name"] = finding.PortName,
            ["quantity"] = finding.Quantity is { } quantity ? JsonNamingPolicy.SnakeCaseLower.ConvertName(quantity.ToString()) : null,
            ["what"] = finding.What,
            ["others"] = List(finding.Others, name => name),
            ["difference"] = finding.Difference is { } difference
                ? new JsonObject
                {
                    ["relative"] = JsonNumber.Write(difference.Relative),
                    ["index"] = List(difference.Index, place => place),
                    ["original"] = JsonNumber.Write(difference.Original),
                    ["port"] = JsonNumber.Write(difference.Port),
                    ["ratio"] = difference.Ratio is { } ratio ? JsonNumber.Write(ratio) : null,
                }
                : null,
            ["wrong"] = List(finding.Wrong, wrong => new JsonObject
            {
                ["side"] = Name(wrong.Side),
                ["index"] = List(wrong.Index, place => place),
                ["recorded"] = JsonNumber.Write(wrong.Recorded),
                ["exact"] = JsonNumber.Write(wrong.Exact),
                ["bound"] = JsonNumber.Write(wrong.Bound),
            }),
            ["causes"] = List(finding.Causes, cause => new JsonObject
            {
                ["name"] = cause.Name,
                ["explanation"] = cause.Explanation,
                ["remedy"] = cause.Remedy,
            }),
        };

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonNode?> of) => [.. items.Select(of)];

    private static string Name(Enum value) => value.ToString().ToLowerInvariant();
}
