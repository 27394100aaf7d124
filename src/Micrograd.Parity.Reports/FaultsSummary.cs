using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Reports;

/// <summary>Summary of a campaign of planted faults, read from its JSON document, as a report shows it beside a run.</summary>
/// <param name="Levels">Scores by level: op, graph, training.</param>
/// <param name="All">Total score.</param>
/// <param name="FaultFree">Number of programs and trainings without a fault that were run as well.</param>
/// <param name="Alarms">False alarms: those of them that were reported nevertheless.</param>
/// <param name="Faults">The planted faults.</param>
public sealed record FaultsSummary(
    IReadOnlyList<FaultScore> Levels,
    FaultScore All,
    long FaultFree,
    IReadOnlyList<string> Alarms,
    IReadOnlyList<PlantedFault> Faults
)
{
    /// <summary>True if every planted fault was caught and there was no false alarm.</summary>
    public bool Holds => All.Caught == All.Planted && Alarms.Count == 0;

    /// <summary>Reads what <see cref="FaultsJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It lacks a part, or is of another version.</exception>
    internal static FaultsSummary Read(JsonPlace document)
    {
        document.DemandVersion(FaultsJson.Version);
        var summary = document["summary"];
        return new FaultsSummary(
            [.. summary["levels"].AsObject().Select(l => FaultScore.Read(l.Key, l.Value))],
            FaultScore.Read("all", summary),
            summary["fault_free_programs"].AsWhole() + summary["fault_free_trainings"].AsWhole(),
            [.. document["alarms"].AsList().Select(a => a.AsText())],
            [.. document["items"].AsList().Select(PlantedFault.Read)]
        );
    }
}

/// <summary>Number of faults of one level that were planted, caught, and named by the diagnosis.</summary>
/// <param name="Level">The level.</param>
/// <param name="Planted">Number of planted faults.</param>
/// <param name="Caught">Number of caught faults.</param>
/// <param name="NamedFirst">Number of faults that the diagnosis ranked first, alone.</param>
/// <param name="NamedFirstOrTied">Number of faults that it ranked first, alone or tied with others that explain the trace as well.</param>
public sealed record FaultScore(string Level, long Planted, long Caught, long NamedFirst, long NamedFirstOrTied)
{
    internal static FaultScore Read(string level, JsonPlace score) =>
        new(level, score["planted"].AsWhole(), score["caught"].AsWhole(), score["named_first"].AsWhole(), score["named_first_or_tied"].AsWhole());
}

/// <summary>A planted fault.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Level">Its level.</param>
/// <param name="Title">Title of the fault.</param>
/// <param name="Caught">True if it was caught.</param>
/// <param name="Place">Place of the first divergence; null if there is none.</param>
/// <param name="Named">Fault that the diagnosis ranked first; null if it named none.</param>
public sealed record PlantedFault(string Name, string Level, string Title, bool Caught, string? Place, string? Named)
{
    internal static PlantedFault Read(JsonPlace item) =>
        new(
            item["name"].AsText(),
            item["level"].AsText(),
            item["title"].AsText(),
            item["caught"].AsFlag(),
            item.Find("place")?.AsText(),
            item["named"].AsList() is [var first, ..] ? first["name"].AsText() : null
        );
}
