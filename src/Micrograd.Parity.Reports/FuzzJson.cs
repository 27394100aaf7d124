using System.Text.Json.Nodes;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Reports;

/// <summary>
/// A campaign of random programs as one JSON document, in the envelope of a run's (format, version, environment, summary, items) with what
/// was asked for in <c>campaign</c>. An item is a program that differs.
/// </summary>
internal static class FuzzJson
{
    /// <summary>The document's name.</summary>
    public const string Format = "micrograd-parity-fuzz";

    /// <summary>The document's version; grows when a reader must change.</summary>
    public const int Version = 3;

    /// <summary>The document's text.</summary>
    public static string Write(FuzzResult result, RunEnvironment environment, OpCatalogue ops) =>
        JsonReport.Text(
            new JsonObject
            {
                ["format"] = Format,
                ["version"] = Version,
                ["environment"] = JsonReport.Write(environment),
                ["campaign"] = new JsonObject
                {
                    ["programs"] = result.Options.Programs,
                    ["only"] = result.Options.Only,
                    ["ops"] = new JsonArray([.. result.Options.Ops.Select(o => JsonValue.Create(o))]),
                    ["shards"] = new JsonArray(JsonValue.Create(result.Options.Shard.ToString())),
                    ["finished"] = result.Finished,
                },
                ["summary"] = Summary(result),
                ["items"] = new JsonArray([.. result.Failures.Select(f => Write(f, ops))]),
            }
        );

    private static JsonObject Summary(FuzzResult result)
    {
        var summary = JsonReport.Write(result.Tally.Counts);
        summary["programs"] = result.Tally.Programs;
        summary["replayed"] = result.Replayed;
        summary["differing"] = result.Tally.Differing;
        summary["nodes"] = result.Tally.Nodes;
        summary["ops"] = new JsonObject(result.Tally.Ops.Select(o => KeyValuePair.Create(o.Key, (JsonNode?)JsonValue.Create(o.Value))));
        return summary;
    }

    private static JsonObject Write(FuzzFailure failure, OpCatalogue ops) =>
        new()
        {
            ["name"] = failure.Name,
            ["kind"] = failure.Kind,
            ["index"] = failure.Index,
            ["verdict"] = JsonReport.Name(failure.Check.Counts.Worst),
            ["found_in_nodes"] = failure.FoundIn,
            ["failures"] = new JsonArray([.. failure.Check.Differences.Select(d => JsonReport.Write(d with { Again = failure.Again }))]),
            ["errors"] = new JsonArray([.. new[] { failure.Check.Error }.OfType<string>().Select(e => JsonValue.Create(e))]),
            ["program"] = ProgramWriter.Node(failure.Program),
            ["csharp"] = CSharpSource.TestOf(failure.Program),
            ["python"] = PythonSource.ScriptOf(failure.Program, ops, failure.Ours),
            ["again"] = failure.Again,
        };
}
