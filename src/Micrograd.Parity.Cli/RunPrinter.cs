using Micrograd.Parity.Comparing;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli;

/// <summary>Prints a finished run: a line per item, then what differs, then the one line that sums up.</summary>
internal static class RunPrinter
{
    private const int ShownFollowing = 5;

    internal static void All(RunReport report)
    {
        Items(report);
        Tables(report, Sections.Functions);
        Details(report);
        Tables(report, Sections.Bounds);
        Summary(report);
    }

    internal static void Items(RunReport report)
    {
        if (Screen.IsQuiet)
            return;
        foreach (var kind in report.Items.GroupBy(i => i.Kind))
            Screen.Write(Sections.OfItems(kind.Key, kind, hasSource: false));
    }

    internal static void Ops(RunReport report)
    {
        if (Screen.IsQuiet)
            return;
        if (Screen.IsNarrow)
            NarrowOps(report);
        else
            Screen.Write(Sections.OfItems(ItemKind.Op, report.Items, hasSource: true));
    }

    /// <summary>The same where a table has no room: both sides under the op's own line.</summary>
    private static void NarrowOps(RunReport report)
    {
        foreach (var item in report.Items)
        {
            var (colour, verdict) = (Screen.ColourOf(Sections.ToneOf(item.Verdict))!, Wording.Of(item.Verdict));
            Screen.Marked(colour, verdict, $"  {PlainText.Short(item.Name)}, {Wording.Count(item.Points, "point")}, {Ulps.Words(item.GreatestUlp)}");
            Screen.Wrapped($"  ours    {item.Ours}");
            Screen.Wrapped($"  theirs  {item.Theirs}");
        }
    }

    internal static void Details(RunReport report)
    {
        if (!Screen.IsQuiet)
            Accepted(report);
        var causes = RootCause.Group(report.Items);
        foreach (var cause in causes.Where(c => c.Items.Count > 1 || causes.Count > 1))
            Line($"{cause.Sentence}.");
        if (causes.Count > 1 || causes.Any(c => c.Items.Count > 1))
            Line("");
        foreach (var cause in causes)
        {
            var item = cause.First;
            Screen.Marked(
                "red",
                "MISMATCH",
                $"  {item.Kind.Word} {PlainText.Short(item.Name)}  ({Wording.Number(item.Counts.Mismatch)} of {Wording.Count(item.Counts.Compared, "number")})"
            );
            foreach (var line in Wording.Numbers(item))
                Line($"  {line}");
            foreach (var line in Wording.Diagnosis(item))
                Screen.Prose($"  {line}");
            var following = cause.Following.Select(i => i.Name).ToList();
            var named = Screen.Verbosity == Verbosity.Verbose ? following.Count : ShownFollowing;
            if (following.Count > 0)
            {
                Screen.Prose(
                    $"  From it follow {string.Join("; ", following.Take(named).Select(n => PlainText.Short(n)))}"
                        + (following.Count > named ? $", and {Wording.Number(following.Count - named)} more, which --verbose and --json name." : ".")
                );
            }

            Line("");
        }
    }

    internal static void Summary(RunReport report)
    {
        if (!Screen.IsQuiet)
        {
            Line($"{Wording.Size(report.Items)}: {Wording.Count(report.Summary.Compared, "number")} compared, {Wording.Of(report.Summary)}.");
            if (report.Functions.Count > 0)
                Screen.Prose(Wording.Of(report.Functions));
            Screen.Prose($"{Wording.Of(report.Environment)}.");
        }

        Screen.Marked(report.Parity ? "green" : "red", report.Parity ? "PARITY" : "MISMATCH", $": {Wording.Answer(report)}");
    }

    /// <summary>The tables of a section, if the run has it.</summary>
    private static void Tables(RunReport report, string section)
    {
        foreach (var table in Sections.Find(section).Blocks(report)?.OfType<SectionTable>().Where(_ => !Screen.IsQuiet) ?? [])
            Screen.Write(table);
    }

    private static void Accepted(RunReport report)
    {
        foreach (var item in report.Items.Where(i => i.Known.Count > 0))
        {
            Line($"known difference  {item.Name}");
            foreach (var known in item.Known)
                Line($"  {known}");
        }

        var self = report.Items.Where(i => i.TorchAgainstItself.Count > 0).ToList();
        if (self.Count > 0)
        {
            var (numbers, verbose) = (self.Sum(i => i.TorchAgainstItself.Count), Screen.Verbosity == Verbosity.Verbose);
            Screen.Prose(
                $"PyTorch against itself: a 0-dim tensor and a vector of the same numbers give different bits in {Wording.Count(numbers, "number")} of "
                    + $"{Wording.Count(self.Count, "item")}{(verbose ? ":" : ", which --verbose names.")}"
            );
            foreach (var item in verbose ? self : [])
                Line($"  {item.Name}: {Wording.Count(item.TorchAgainstItself.Count, "number")}, e.g. {item.TorchAgainstItself.Examples[0]}");
        }
    }

    private static void Line(string text) => Screen.Line(text);
}
