using System.Globalization;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Reports;
using Spectre.Console;

namespace Micrograd.Parity.Cli;

/// <summary>Prints the findings in a trace: bugs first, then benign differences, then the summary line.</summary>
internal static class CheckPrinter
{
    private const int ShownGraphs = 20;

    internal static void Print(TraceReport report, IDiagnosis? diagnosis, bool all)
    {
        var wrong = report.Graphs.Where(g => g.HasMistakes).ToList();
        if (!all && wrong.FindAll(g => g.KeepsEarlier) is { Count: > 1 } kept)
        {
            NotCleared(kept, report.Graphs.Count, diagnosis);
            wrong = wrong.FindAll(g => !g.KeepsEarlier);
        }

        foreach (var graph in wrong.Take(all ? int.MaxValue : ShownGraphs))
            Graph(graph, diagnosis, all);
        if (wrong.Count > ShownGraphs && !all)
            Line($"Mistakes in {Wording.Count(wrong.Count - ShownGraphs, "graph")} more; --all shows them.");
        if (report.Training is { } training)
            Training(training, diagnosis, all);
        if (!Screen.IsQuiet)
            Honest(report);
        Summary(report);
    }

    private static void Graph(GraphReport report, IDiagnosis? diagnosis, bool all)
    {
        foreach (var group in report.Groups)
        {
            Screen.Marked("red", "BUG", $"  graph {PlainText.Short(report.Graph.Name)}: {LocatingWords.Title(report.Graph, group)}");
            foreach (var line in LocatingWords.Lines(report.Graph, group.First))
                Line($"  {line}");
            Facts(group.Facts);
            Line("");
        }

        foreach (var group in report.Wiring?.Groups ?? [])
        {
            Screen.Marked("red", "BUG", $"  graph {PlainText.Short(report.Graph.Name)}: {LocatingWords.Title(group)}");
            foreach (var line in LocatingWords.Lines(report.Graph, group.First))
                Line($"  {line}");
            Line("");
        }

        if (report.Mistakes.Count > 0)
            Explain(diagnosis?.Explain(report.Graph, report.Mistakes), () => []);
        if (!all || report.Mistakes.Count == 0)
            return;
        Line("Every mistake:");
        foreach (var mistake in report.Mistakes)
        {
            foreach (var line in LocatingWords.Lines(report.Graph, mistake))
                Line($"  {line}");
        }

        Line("");
    }

    /// <summary>One block for all graphs whose leaves still have the gradients of the graph before.</summary>
    private static void NotCleared(List<GraphReport> kept, int graphs, IDiagnosis? diagnosis)
    {
        var first = kept[0];
        Screen.Marked(
            "red",
            "BUG",
            $"  {Wording.Number(kept.Count)} of {Wording.Number(graphs)} graphs, the first {PlainText.Short(first.Graph.Name)}: gradients of leaves contain what the graph before left, {Wording.Number(kept.Sum(g => (long)g.Mistakes.Count))} in all"
        );
        foreach (var line in LocatingWords.Lines(first.Graph, first.Groups[0].First))
            Line($"  {line}");
        Facts(first.Groups[0].Facts);
        Line("");
        Explain(diagnosis?.Explain(first.Graph, first.Mistakes), () => []);
    }

    private static void Training(TrainingReport report, IDiagnosis? diagnosis, bool all)
    {
        foreach (var group in report.Groups)
        {
            var first = group.First;
            Screen.Marked(
                "red",
                "BUG",
                $"  {first.Place}: {Wording.Count(group.Count, "number")} in {Wording.Number(group.Steps)} of {Wording.Count(report.Trace.Steps.Count, "step")}"
            );
            Number(first, "  ");
            Facts(group.Facts);
            Line("");
        }

        if (report.Mistakes.Count > 0)
            Explain(diagnosis?.Explain(report.Trace, report.Mistakes), () => diagnosis!.Known(report.Trace, report.Mistakes));
        if (all && report.Mistakes.Count > 0)
        {
            Line("Every mistake:");
            foreach (var mistake in report.Mistakes)
                Number(mistake, "  ");
            Line("");
        }

        if (report.Drift is { } drift)
        {
            Line(
                drift.Relative == 0
                    ? $"drift     none: the {drift.Quantity} of step {drift.Step} have the bits of PyTorch's run from the same start"
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"drift     {drift.Relative:G2} of the greatest, in the {drift.Quantity} of step {drift.Step}, from PyTorch's run from the same start"
                    )
            );
        }
    }

    private static void Number(TrainingFinding finding, string indent)
    {
        Line($"{indent}{finding.Number} of {finding.Place}");
        Line($"{indent}  recorded  {LocatingWords.Number(finding.Recorded)}");
        Line($"{indent}  PyTorch   {LocatingWords.Number(finding.Right)}");
    }

    private static void Facts(IReadOnlyList<Fact> facts)
    {
        foreach (var fact in facts)
            Line($"    hint      {fact.Text}");
    }

    private static void Explain(IReadOnlyList<Explanation>? explanations, Func<IReadOnlyList<Fact>> known)
    {
        if (explanations is null)
            return;
        foreach (var explanation in explanations)
            Line($"cause     {Wording.Of(explanation)}");
        if (explanations.Count == 0)
        {
            Line($"cause     {Wording.NoCause}");
            Facts(known());
        }

        Line("");
    }

    private static void Honest(TraceReport report)
    {
        foreach (
            var group in report
                .Graphs.SelectMany(g => g.Honest)
                .GroupBy(g => (g.First.Quantity, g.Class, g.Op, Fact: g.Facts.Count > 0 ? g.Facts[0].Text : ""))
        )
        {
            var what = $"{(group.Key.Op is null ? "" : group.Key.Op + " ")}{group.Key.Quantity.ToString().ToLowerInvariant()}s";
            Line(
                $"benign    {Wording.Number(group.Sum(g => (long)g.Count))} {what}: {LocatingWords.Of(group.Key.Class)}, up to {Ulps.Words(group.Max(g => g.GreatestUlp))}{(group.Key.Class == DifferenceClass.Float32Rounding ? " of a float" : "")}"
                    + (group.Key.Fact.Length > 0 ? $"; {group.Key.Fact}" : "")
            );
        }

        foreach (var group in report.Training?.Honest ?? [])
        {
            Line(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"benign    {Wording.Count(group.Count, "number")} of {group.First.Place.PhaseName} in {Wording.Count(group.Steps, "step")}: {LocatingWords.Of(group.Class)}, up to {group.GreatestRelative:G2} of the greatest"
                )
            );
        }
    }

    private static void Summary(TraceReport report)
    {
        var engine = report.Engine.Length > 0 ? $" of {PlainText.Short(report.Engine)}" : "";
        if (report.Training is { } training)
        {
            Line(
                $"{report.File}{engine}: {Wording.Count(training.Trace.Steps.Count, "step")}, {Wording.Count(training.Compared, "number")} compared, "
                    + $"{Wording.Number(training.SameBits)} with PyTorch's bits. "
                    + $"Each step is judged from its own recorded start, {training.Judge}."
            );
        }
        else
        {
            Line(
                $"{report.File}{engine}: {Wording.Count(report.Graphs.Count, "graph")}, {Wording.Count(report.Graphs.Sum(g => (long)g.Nodes), "node")}, "
                    + $"{Wording.Count(report.Graphs.Sum(g => g.Values), "value")} and {Wording.Count(report.Graphs.Sum(g => g.Gradients), "gradient")} compared, "
                    + $"{Wording.Number(report.Graphs.Sum(g => g.SameBits))} with PyTorch's bits. "
                    + report.Judge
            );
        }

        foreach (var line in report.Remarks)
            Line(line);

        Line($"{report.Torch.Summary}, {report.Torch.Processor}.");
        Screen.Marked(report.HasMistakes ? "red" : "green", report.HasMistakes ? "BUGS" : "NO BUG");
    }

    private static void Line(string text) => Screen.Prose(text);
}
