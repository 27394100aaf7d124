using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Reports;

/// <summary>Writes the findings in a trace as JSON (docs/check.schema.json).</summary>
internal static class CheckJson
{
    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document's text.</summary>
    /// <param name="report">The findings.</param>
    /// <param name="diagnosis">Diagnosis that names causes; null for none.</param>
    public static string Write(TraceReport report, IDiagnosis? diagnosis = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        var document = new JsonObject
        {
            ["format"] = "micrograd-parity-check",
            ["version"] = 1,
            ["file"] = report.File,
            ["engine"] = report.Engine,
            ["torch"] = report.Torch.Version,
            ["precision"] = report.Precision,
            ["mistakes"] = report.HasMistakes,
        };
        if (report.Training is { } training)
            document["training"] = Of(training, diagnosis);
        else
        {
            document["untested"] = new JsonArray([.. report.Untested.Select(op => (JsonNode)op)]);
            document["graphs"] = new JsonArray([.. report.Graphs.Select(g => Of(g, diagnosis))]);
        }

        return document.ToJsonString(s_options) + "\n";
    }

    private static JsonObject Of(GraphReport report, IDiagnosis? diagnosis) =>
        new()
        {
            ["name"] = report.Graph.Name,
            ["nodes"] = report.Nodes,
            ["float32"] = report.IsFloat32,
            ["values"] = report.Values,
            ["gradients"] = report.Gradients,
            ["same_bits"] = report.SameBits,
            ["mistakes"] = new JsonArray([.. report.Groups.Select(g => Of(report, g))]),
            ["honest"] = new JsonArray([.. report.Honest.Select(g => Of(report, g))]),
            ["wiring"] = report.Wiring is { } wiring ? Of(report, wiring) : null,
            ["diagnosis"] = Of(report.Mistakes.Count > 0 ? diagnosis?.Explain(report.Graph, report.Mistakes) : null),
        };

    private static JsonObject Of(GraphReport report, WiringReport wiring) =>
        new()
        {
            ["ops"] = wiring.Ops,
            ["mistakes"] = new JsonArray([
                .. wiring.Groups.Select(g => new JsonObject
                {
                    ["op"] = g.Op,
                    ["count"] = g.Count,
                    ["of"] = g.Of,
                    ["quantity"] = g.First.Quantity.ToString().ToLowerInvariant(),
                    ["meant_id"] = report.Graph.Meant!.Nodes[g.First.Meant].Id,
                    ["id"] = g.First.Recorded is { } recorded ? report.Graph.Nodes[recorded].Id : null,
                    ["operand_id"] = g.First.Operand is { } operand ? report.Graph.Nodes[operand].Id : null,
                    ["recorded"] = g.First.Number is { } number ? JsonNumber.Write(number) : null,
                    ["meant"] = JsonNumber.Write(g.First.Right),
                }),
            ]),
        };

    private static JsonObject Of(GraphReport report, FindingGroup group)
    {
        var node = report.Mistakes.Count > 0 ? report.Graph.Nodes[group.First.Node] : (GraphNode?)null;
        return new JsonObject
        {
            ["class"] = LocatingWords.Of(group.Class),
            ["quantity"] = group.First.Quantity.ToString().ToLowerInvariant(),
            ["op"] = group.Op,
            ["count"] = group.Count,
            ["of"] = group.Of,
            ["greatest_ulp"] = JsonNumber.Distance(group.GreatestUlp),
            ["first"] = new JsonObject
            {
                ["id"] = node?.Id,
                ["line"] = node?.Line,
                ["label"] = node?.Label,
                ["recorded"] = JsonNumber.Write(group.First.Recorded),
                ["right"] = JsonNumber.Write(group.First.Right),
            },
            ["facts"] = Of(group.Facts),
        };
    }

    private static JsonObject Of(TrainingReport report, IDiagnosis? diagnosis) =>
        new()
        {
            ["name"] = report.Trace.Spec.Name,
            ["steps"] = report.Trace.Steps.Count,
            ["float32"] = report.IsFloat32,
            ["compared"] = report.Compared,
            ["same_bits"] = report.SameBits,
            ["mistakes"] = new JsonArray([.. report.Groups.Select(Of)]),
            ["honest"] = new JsonArray([.. report.Honest.Select(Of)]),
            ["drift"] = report.Drift is { } drift
                ? new JsonObject
                {
                    ["step"] = drift.Step,
                    ["quantity"] = drift.Quantity,
                    ["relative"] = JsonNumber.Write(drift.Relative),
                }
                : null,
            ["diagnosis"] = Of(report.Mistakes.Count > 0 ? diagnosis?.Explain(report.Trace, report.Mistakes) : null),
        };

    private static JsonObject Of(PhaseGroup group) =>
        new()
        {
            ["phase"] = group.First.Place.PhaseName,
            ["class"] = LocatingWords.Of(group.Class),
            ["count"] = group.Count,
            ["steps"] = group.Steps,
            ["greatest_relative"] = JsonNumber.Write(group.GreatestRelative),
            ["first"] = new JsonObject
            {
                ["step"] = group.First.Place.Step,
                ["number"] = group.First.Number,
                ["recorded"] = JsonNumber.Write(group.First.Recorded),
                ["right"] = JsonNumber.Write(group.First.Right),
            },
            ["facts"] = Of(group.Facts),
        };

    private static JsonArray Of(IReadOnlyList<Fact> facts) => new([.. facts.Select(f => (JsonNode)f.Text)]);

    private static JsonArray? Of(IReadOnlyList<Explanation>? explanations) =>
        explanations is null
            ? null
            : new JsonArray([
                .. explanations.Select(e => new JsonObject
                {
                    ["fault"] = e.Fault,
                    ["title"] = e.Title,
                    ["fit"] = JsonNumber.Write(e.Fit),
                    ["evidence"] = e.Evidence,
                }),
            ]);
}
