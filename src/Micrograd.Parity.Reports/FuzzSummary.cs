using System.Text.Json;
using System.Text.Json.Nodes;
using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Reports;

/// <summary>Summary of a fuzzing campaign, read from its JSON document, as a report shows it beside a run.</summary>
/// <param name="Environment">Environment of the campaign.</param>
/// <param name="Finished">False if the campaign was interrupted before its end.</param>
/// <param name="Programs">Number of random programs that were run.</param>
/// <param name="Replayed">Number of corpus programs that were run before them.</param>
/// <param name="Differing">Number of programs on which the sides differ.</param>
/// <param name="Nodes">Number of nodes of all these programs.</param>
/// <param name="Counts">Number of compared values and gradients by verdict.</param>
/// <param name="Ops">Number of nodes of each op.</param>
/// <param name="Findings">The programs that differ, shrunk.</param>
public sealed record FuzzSummary(
    RunEnvironment Environment,
    bool Finished,
    long Programs,
    long Replayed,
    long Differing,
    long Nodes,
    Counts Counts,
    IReadOnlyList<(string Op, long Nodes)> Ops,
    IReadOnlyList<FuzzFinding> Findings
)
{
    /// <summary>True if no program differs.</summary>
    public bool Parity => Differing == 0;

    /// <summary>Reads what <see cref="FuzzJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It lacks a part, or is of another version.</exception>
    internal static FuzzSummary Read(JsonObject document)
    {
        if ((int?)document["version"] != FuzzJson.Version)
            throw new InvalidDataException($"its version is {document["version"]}, and this program reads version {FuzzJson.Version}.");
        try
        {
            var summary = document["summary"]!;
            long Count(string name) => (long)summary[name]!;
            return new FuzzSummary(
                JsonReport.Read<RunEnvironment>(document["environment"]!),
                (bool)document["campaign"]!["finished"]!,
                Count("programs"),
                Count("replayed"),
                Count("differing"),
                Count("nodes"),
                new Counts(Count("same_bits"), Count("within_bound"), Count("known"), Count("mismatch")),
                [.. summary["ops"]!.AsObject().Select(o => (o.Key, (long)o.Value!))],
                [.. document["items"]!.AsArray().Select(i => FuzzFinding.Read(i!))]
            );
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or FormatException or JsonException)
        {
            throw new InvalidDataException("it lacks a part of a campaign's document, or has another in its place.", e);
        }
    }
}

/// <summary>A program on which the sides differ, shrunk.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FoundIn">Number of nodes of the program before it was shrunk.</param>
/// <param name="Differences">Values and gradients that differ.</param>
/// <param name="Errors">Errors other than differing numbers, such as an exception that one side threw.</param>
/// <param name="CSharp">The program as a C# test.</param>
/// <param name="Python">The program as a Python script.</param>
/// <param name="Again">The command that finds it again.</param>
public sealed record FuzzFinding(
    string Name,
    int FoundIn,
    IReadOnlyList<Difference> Differences,
    IReadOnlyList<string> Errors,
    string CSharp,
    string Python,
    string Again
)
{
    internal static FuzzFinding Read(JsonNode item) =>
        new(
            (string)item["name"]!,
            (int)item["found_in_nodes"]!,
            [.. item["failures"]!.AsArray().Select(f => JsonReport.Read<FailurePart>(f!).ToDifference())],
            [.. item["errors"]!.AsArray().Select(e => (string)e!)],
            (string)item["csharp"]!,
            (string)item["python"]!,
            (string)item["again"]!
        );
}
