using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;

namespace Micrograd.Parity.Reports;

/// <summary>Writes the findings in a trace as JSON (docs/check.schema.json).</summary>
internal static class CheckJson
{
    /// <summary>The document's text.</summary>
    /// <param name="report">The findings.</param>
    /// <param name="diagnosis">Diagnosis that names causes; null for none.</param>
    public static string Write(TraceReport report, IDiagnosis? diagnosis = null)
    {
        var document = new Dictionary<string, object?>
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
            document["training"] = Write(training, diagnosis);
        else
        {
            document["untested"] = report.Untested;
            document["graphs"] = report.Graphs.Select(g => Write(g, diagnosis));
        }

        return JsonReport.TextWithNulls(document);
    }

    private static object Write(GraphReport report, IDiagnosis? diagnosis) =>
        new
        {
            report.Graph.Name,
            report.Nodes,
            Float32 = report.IsFloat32,
            report.Values,
            report.Gradients,
            report.SameBits,
            Mistakes = report.Groups.Select(g => Write(report, g)),
            Honest = report.Honest.Select(g => Write(report, g)),
            Wiring = report.Wiring is { } wiring ? Write(report, wiring) : null,
            Diagnosis = Write(report.Mistakes.Count > 0 ? diagnosis?.Explain(report.Graph, report.Mistakes) : null),
        };

    private static object Write(GraphReport report, WiringReport wiring) =>
        new
        {
            wiring.Ops,
            Mistakes = wiring.Groups.Select(g => new
            {
                g.Op,
                g.Count,
                g.Of,
                g.First.Quantity,
                MeantId = report.Graph.Meant!.Nodes[g.First.Meant].Id,
                Id = g.First.Recorded is { } recorded ? report.Graph.Nodes[recorded].Id : null,
                OperandId = g.First.Operand is { } operand ? report.Graph.Nodes[operand].Id : null,
                Recorded = g.First.Number,
                Meant = g.First.Right,
            }),
        };

    private static object Write(GraphReport report, FindingGroup group)
    {
        var node = report.Mistakes.Count > 0 ? report.Graph.Nodes[group.First.Node] : (GraphNode?)null;
        return new
        {
            Class = LocatingWords.Of(group.Class),
            group.First.Quantity,
            group.Op,
            group.Count,
            group.Of,
            group.GreatestUlp,
            First = new
            {
                node?.Id,
                node?.Line,
                node?.Label,
                group.First.Recorded,
                group.First.Right,
            },
            Facts = group.Facts.Select(f => f.Text),
        };
    }

    private static object Write(TrainingReport report, IDiagnosis? diagnosis) =>
        new
        {
            report.Trace.Spec.Name,
            Steps = report.Trace.Steps.Count,
            Float32 = report.IsFloat32,
            report.Compared,
            report.SameBits,
            Mistakes = report.Groups.Select(Write),
            Honest = report.Honest.Select(Write),
            Drift = report.Drift is { } drift
                ? new
                {
                    drift.Step,
                    drift.Quantity,
                    drift.Relative,
                }
                : null,
            Diagnosis = Write(report.Mistakes.Count > 0 ? diagnosis?.Explain(report.Trace, report.Mistakes) : null),
        };

    private static object Write(PhaseGroup group) =>
        new
        {
            Phase = group.First.Place.PhaseName,
            Class = LocatingWords.Of(group.Class),
            group.Count,
            group.Steps,
            group.GreatestRelative,
            First = new
            {
                group.First.Place.Step,
                group.First.Number,
                group.First.Recorded,
                group.First.Right,
            },
            Facts = group.Facts.Select(f => f.Text),
        };

    private static object? Write(IReadOnlyList<Explanation>? explanations) =>
        explanations?.Select(e => new
        {
            e.Fault,
            e.Title,
            e.Fit,
            e.Evidence,
        });
}
