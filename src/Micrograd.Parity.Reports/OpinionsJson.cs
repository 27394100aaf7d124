using Micrograd.Parity.Comparing;
using Micrograd.Parity.Fuzzing.Oracles;
using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Reports;

/// <summary>Results of the oracles as one JSON document, described in docs/opinions.md, in the envelope of a run's.</summary>
internal static class OpinionsJson
{
    /// <summary>The document's name.</summary>
    public const string Format = "micrograd-parity-opinions";

    /// <summary>The document's version; grows when a reader must change.</summary>
    public const int Version = 3;

    /// <summary>The document's text.</summary>
    public static string Write(OpinionsReport opinions)
    {
        return JsonReport.TextWithNulls(
            new
            {
                Format,
                Version,
                Environment = JsonReport.Write(opinions.Environment),
                Summary = new
                {
                    Refused = opinions.Items.Sum(o => o.Differences.Refused.Count),
                    Unexplained = opinions.Items.Sum(o => o.Unexplained.Count()),
                },
                opinions.Items,
            }
        );
    }

    /// <summary>By item, how far the sides are from the exact numbers and from each other, as a document has it.</summary>
    /// <exception cref="InvalidDataException">It lacks a part, or is of another version.</exception>
    public static IReadOnlyDictionary<string, TruthOpinion> ReadTruth(string text) =>
        Read(JsonPlace.Parse(text)).Items.ToDictionary(item => item.Name, item => item.Truth);

    /// <summary>Reads what was written.</summary>
    /// <exception cref="InvalidDataException">It lacks a part, or is of another version.</exception>
    internal static OpinionsReport Read(JsonPlace document)
    {
        document.DemandVersion(Version);
        return new OpinionsReport(
            JsonReport.Read<RunEnvironment>(document["environment"]),
            [.. document["items"].AsList().Select(JsonReport.Read<ItemOpinion>)]
        );
    }
}

/// <summary>An item's results in a document, where special points stand beside the rest.</summary>
internal sealed record OpinionPart(
    string Name,
    ItemKind Kind,
    string? Reason,
    DifferenceOpinion FiniteDifferences,
    IReadOnlyList<KinkSlopes> Kinks,
    TruthOpinion Truth,
    IReadOnlyList<SpecialPoint> SpecialPoints
)
{
    internal static OpinionPart From(ItemOpinion o) => new(o.Name, o.Kind, o.Reason, o.Differences, o.Kinks, o.Truth, o.Truth.SpecialPoints);

    internal ItemOpinion ToOpinion() => new(Name, Kind, FiniteDifferences, Kinks, Truth with { SpecialPoints = SpecialPoints }) { Reason = Reason };
}
