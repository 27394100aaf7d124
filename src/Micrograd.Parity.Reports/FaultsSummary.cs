using System.Text.Json.Nodes;

namespace Micrograd.Parity.Reports;

/// <summary>A campaign of planted mistakes as its JSON document tells it: what a report shows beside a run.</summary>
/// <param name="Levels">What it came to by level: op, graph, training.</param>
/// <param name="All">What it came to in all.</param>
/// <param name="FaultFree">How many programs and trainings without a mistake were run as well.</param>
/// <param name="Alarms">Which of these were reported nevertheless.</param>
/// <param name="Faults">The mistakes.</param>
public sealed record FaultsSummary(
    IReadOnlyList<FaultScore> Levels,
    FaultScore All,
    long FaultFree,
    IReadOnlyList<string> Alarms,
    IReadOnlyList<PlantedFault> Faults
)
{
    /// <summary>Whether every mistake was caught, and nothing else.</summary>
    public bool Holds => All.Caught == All.Planted && Alarms.Count == 0;

    /// <summary>Reads what <see cref="FaultsJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It lacks a part, or is of another version.</exception>
    internal static FaultsSummary Read(JsonObject document)
    {
        if ((int?)document["version"] != FaultsJson.Version)
            throw new InvalidDataException($"its version is {document["version"]}, and this program reads version {FaultsJson.Version}.");
        try
        {
            var summary = document["summary"]!;
            return new FaultsSummary(
                [.. summary["levels"]!.AsObject().Select(l => FaultScore.Read(l.Key, l.Value!))],
                FaultScore.Read("all", summary),
                (long)summary["fault_free_programs"]! + (long)summary["fault_free_trainings"]!,
                [.. document["alarms"]!.AsArray().Select(a => (string)a!)],
                [.. document["items"]!.AsArray().Select(i => PlantedFault.Read(i!))]
            );
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("it lacks a part of a document of planted mistakes, or has another in its place.", e);
        }
    }
}

/// <summary>How many mistakes of a level were planted, caught, and named by the diagnosis.</summary>
/// <param name="Level">The level.</param>
/// <param name="Planted">How many were planted.</param>
/// <param name="Caught">How many were caught.</param>
/// <param name="NamedFirst">How many the diagnosis named first, alone.</param>
/// <param name="NamedFirstOrTied">How many it named first, alone or with others that explain the trace as well.</param>
public sealed record FaultScore(string Level, long Planted, long Caught, long NamedFirst, long NamedFirstOrTied)
{
    internal static FaultScore Read(string level, JsonNode score) =>
        new(level, (long)score["planted"]!, (long)score["caught"]!, (long)score["named_first"]!, (long)score["named_first_or_tied"]!);
}

/// <summary>A mistake that was planted.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Level">Its level.</param>
/// <param name="Title">What it is, in words.</param>
/// <param name="Caught">Whether it was caught.</param>
/// <param name="Place">Where the sides parted; null where they did not.</param>
/// <param name="Named">What the diagnosis named first; null where it named nothing.</param>
public sealed record PlantedFault(string Name, string Level, string Title, bool Caught, string? Place, string? Named)
{
    internal static PlantedFault Read(JsonNode item) =>
        new(
            (string)item["name"]!,
            (string)item["level"]!,
            (string)item["title"]!,
            (bool)item["caught"]!,
            (string?)item["place"],
            item["named"]!.AsArray() is [var first, ..] ? (string?)first!["name"] : null
        );
}
