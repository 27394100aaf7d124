using System.Text.Json.Nodes;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Matching;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Reports;

/// <summary>
/// A campaign of planted faults as one JSON document (docs/faults.schema.json), in the envelope of a run's: format, version, environment,
/// summary, items. An item is a planted fault.
/// </summary>
internal static class FaultsJson
{
    /// <summary>The document's name.</summary>
    public const string Format = "micrograd-parity-faults";

    /// <summary>The document's version; grows when a reader must change.</summary>
    public const int Version = 2;

    /// <summary>The document's text.</summary>
    public static string Write(FaultResult result, RunEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(result);
        var summary = Score(result.Outcomes);
        summary["levels"] = new JsonObject(
            result.Outcomes.GroupBy(o => o.Fault.Level).Select(level => KeyValuePair.Create(Name(level.Key), (JsonNode?)Score([.. level])))
        );
        summary["fault_free_programs"] = result.Programs;
        summary["fault_free_trainings"] = result.Trainings;
        summary["false_alarms"] = result.Alarms.Count;
        return JsonReport.Text(
            new JsonObject
            {
                ["format"] = Format,
                ["version"] = Version,
                ["environment"] = JsonReport.Write(environment),
                ["summary"] = summary,
                ["alarms"] = new JsonArray([.. result.Alarms.Select(a => JsonValue.Create(a))]),
                ["items"] = new JsonArray([.. result.Outcomes.Select(Write)]),
            }
        );
    }

    /// <summary>A level's name: <c>op</c>, <c>graph</c>, <c>training</c>.</summary>
    public static string Name(FaultLevel level) =>
        level switch
        {
            FaultLevel.Op => "op",
            FaultLevel.Graph => "graph",
            _ => "training",
        };

    private static JsonObject Score(IReadOnlyList<FaultOutcome> outcomes) =>
        new()
        {
            ["planted"] = outcomes.Count,
            ["caught"] = outcomes.Count(o => o.Caught),
            ["named_first"] = outcomes.Count(o => o.NamedFirst),
            ["named_first_or_tied"] = outcomes.Count(o => o.NamedFirstOrTied),
            ["named_first_rounded"] = outcomes.Count(o => o.NamedFirstRounded),
        };

    private static JsonObject Write(FaultOutcome outcome) =>
        new()
        {
            ["name"] = outcome.Fault.Name,
            ["level"] = Name(outcome.Fault.Level),
            ["title"] = outcome.Fault.Title,
            ["caught"] = outcome.Caught,
            ["place"] = outcome.Place,
            ["located"] = outcome.Located,
            ["rank"] = outcome.Rank,
            ["alike"] = outcome.Alike,
            ["named_first_rounded"] = outcome.NamedFirstRounded,
            ["named"] = new JsonArray([
                .. outcome.Named.Select(e => new JsonObject
                {
                    ["name"] = e.Fault,
                    ["fit"] = JsonNumber.Write(e.Fit),
                    ["evidence"] = e.Evidence,
                }),
            ]),
        };
}
