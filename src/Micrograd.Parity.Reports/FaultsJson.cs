using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Matching;

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
        var summary = JsonReport.Write(Score(result.Outcomes)).AsObject();
        summary["levels"] = JsonReport.Write(result.Outcomes.GroupBy(o => o.Fault.Level).ToDictionary(l => Name(l.Key), l => Score([.. l])));
        summary["fault_free_programs"] = result.Programs;
        summary["fault_free_trainings"] = result.Trainings;
        summary["false_alarms"] = result.Alarms.Count;
        return JsonReport.TextWithNulls(
            new
            {
                Format,
                Version,
                Environment = JsonReport.Write(environment),
                Summary = summary,
                result.Alarms,
                Items = result.Outcomes.Select(o => new
                {
                    o.Fault.Name,
                    Level = Name(o.Fault.Level),
                    o.Fault.Title,
                    o.Caught,
                    o.Place,
                    o.Located,
                    o.Rank,
                    o.Alike,
                    o.NamedFirstRounded,
                    Named = o.Named.Select(e => new
                    {
                        Name = e.Fault,
                        e.Fit,
                        e.Evidence,
                    }),
                }),
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

    private static object Score(IReadOnlyList<FaultOutcome> outcomes) =>
        new
        {
            Planted = outcomes.Count,
            Caught = outcomes.Count(o => o.Caught),
            NamedFirst = outcomes.Count(o => o.NamedFirst),
            NamedFirstOrTied = outcomes.Count(o => o.NamedFirstOrTied),
            NamedFirstRounded = outcomes.Count(o => o.NamedFirstRounded),
        };
}
