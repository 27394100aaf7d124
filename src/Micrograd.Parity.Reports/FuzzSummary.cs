using Micrograd.Parity.Comparing;
using Micrograd.Parity.Inputs;

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
    internal static FuzzSummary Read(JsonPlace document)
    {
        document.DemandVersion(FuzzJson.Version);
        var (summary, campaign) = (document["summary"], document["campaign"]);
        return new FuzzSummary(
            JsonReport.Read<RunEnvironment>(document["environment"]),
            campaign["finished"].AsFlag(),
            Count("programs"),
            Count("replayed"),
            Count("differing"),
            Count("nodes"),
            new Counts(Count("same_bits"), Count("within_bound"), Count("known"), Count("mismatch")),
            [.. summary["ops"].AsObject().Select(o => (o.Key, o.Value.AsWhole()))],
            [.. document["items"].AsList().Select(FuzzFinding.Read)]
        );

        long Count(string name) => summary[name].AsWhole();
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
    internal static FuzzFinding Read(JsonPlace item) =>
        new(
            item["name"].AsText(),
            item["found_in_nodes"].AsCount(),
            [.. item["failures"].AsList().Select(f => JsonReport.Read<Difference>(f))],
            [.. item["errors"].AsList().Select(e => e.AsText())],
            item["csharp"].AsText(),
            item["python"].AsText(),
            item["again"].AsText()
        );
}
