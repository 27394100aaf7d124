using System.Globalization;
using Micrograd.Parity.Diff;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli;

/// <summary>Prints where two training runs part: the first place in full, others in a line, then what was compared.</summary>
internal static class DiffPrinter
{
    private const int ShownMatches = 5;
    private const int ShownNames = 5;

    internal static void Print(DiffResult result, bool all)
    {
        for (var i = 0; i < result.Findings.Count; i++)
        {
            if (i == 1 && !all)
                Line(result.Findings.Count == 2 ? "Another finding:" : $"{result.Findings.Count - 1} more findings:");
            if (i == 0 || all)
                Full(result.Findings[i]);
            else
                Line($"  {DiffWording.Where(result.Findings[i])}: {result.Findings[i].What}{Names(result.Findings[i])}");
        }

        if (result.Findings.Count > 1 && !all)
            Line("  --all shows them in full. Mend the first one first: others may follow from it.");
        if (result.Findings.Count > 1 && !all)
            Line("");
        if (!Screen.IsQuiet)
            Context(result, all);
        Summary(result);
    }

    private static void Full(Finding finding)
    {
        Screen.Marked("red", "PARTED", $"  {DiffWording.Where(finding)}: {finding.What}");
        if (finding.PortName.Length > 0 && finding.PortName != finding.Name)
            Line($"    in the port  {PlainText.Short(finding.PortName)}");
        if (finding.Others.Count > 0)
        {
            var shown = string.Join(", ", finding.Others.Take(ShownNames).Select(name => PlainText.Short(name)));
            Line($"    so too       {shown}{(finding.Others.Count > ShownNames ? $" and {finding.Others.Count - ShownNames} more" : "")}");
        }

        if (finding.Difference is { } difference)
        {
            Line($"    original     {DiffWording.Full(difference.Original)}{DiffWording.At(difference.Index)}");
            Line($"    port         {DiffWording.Full(difference.Port)}{Ratio(difference)}");
            Line($"    difference   {DiffWording.Short(difference.Relative)} of the greatest number");
        }

        foreach (var wrong in finding.Wrong)
        {
            var side = wrong.Side == Side.Port ? "port" : "original";
            Line(
                double.IsNaN(wrong.Exact) && double.IsNaN(wrong.Recorded)
                    ? $"    wrong        the {side}: its shape is not what it should be"
                    : $"    wrong        the {side}: from what it was given itself, float64 gives {DiffWording.Full(wrong.Exact)}"
                        + $"{DiffWording.At(wrong.Index)}, and it has {DiffWording.Full(wrong.Recorded)}; "
                        + $"rounding explains {wrong.Bound.ToString("G2", CultureInfo.InvariantCulture)}"
            );
        }

        foreach (var cause in finding.Causes)
        {
            Line($"    cause        {cause.Name}: {cause.Explanation}");
            if (cause.Remedy.Length > 0)
                Line($"    to do        {cause.Remedy}");
        }

        if (finding.Causes.Count == 0)
            Line("    cause        not known: no mistake of the catalogue gives these numbers");
        Line("");
    }

    private static void Context(DiffResult result, bool all)
    {
        foreach (var run in new[] { result.Original, result.Port })
            Line($"{PlainText.Short(run.Path)}: {DiffWording.Of(run)}");

        foreach (var match in result.Matching.Take(all ? int.MaxValue : ShownMatches))
            Line($"matched    {match}");
        if (!all && result.Matching.Count > ShownMatches)
            Line($"matched    {result.Matching.Count - ShownMatches} more; --all shows them");
        foreach (var sentence in result.Unchecked)
            Line($"unchecked  {sentence}");
    }

    private static void Summary(DiffResult result)
    {
        var counts = result.Counts;
        Line($"{DiffWording.Of(counts, result.Steps.Count)}.");
        var (colour, word) = result.Verdict switch
        {
            DiffVerdict.Same => ("green", "SAME"),
            DiffVerdict.Rounding => ("green", "ROUNDING ALONE"),
            _ => ("red", "PARTED"),
        };
        Screen.Marked(colour, word, result.Verdict == DiffVerdict.Rounding ? DiffWording.Except(result) : "");
    }

    private static string Names(Finding finding) =>
        finding.Causes.Count == 0 ? "" : $" ({string.Join(" or ", finding.Causes.Select(cause => cause.Name))})";

    private static string Ratio(TensorDifference difference) =>
        difference.Ratio is { } ratio ? $"; all are {ratio.ToString("G6", CultureInfo.InvariantCulture)} times the original's" : "";

    private static void Line(string text) => Screen.Prose(text);
}
