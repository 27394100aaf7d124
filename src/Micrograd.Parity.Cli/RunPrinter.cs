using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Running;
using Micrograd.Parity.Training;
using Spectre.Console;

namespace Micrograd.Parity.Cli;

/// <summary>Prints a finished run: a line per item, then what differs, then the one line that sums up.</summary>
internal static class RunPrinter
{
    internal static void Items(RunReport report)
    {
        foreach (var kind in report.Items.GroupBy(i => i.Kind))
        {
            var table = new Table().Border(TableBorder.Simple);
            table.AddColumn(kind.Key);
            var trains = kind.Key == TrainingComparison.KindName;
            table.AddColumn(new TableColumn(trains ? "steps" : "points").RightAligned());
            table.AddColumn(new TableColumn("numbers").RightAligned());
            table.AddColumn(new TableColumn("greatest ulp").RightAligned());
            if (trains)
                table.AddColumn(new TableColumn("relative").RightAligned());
            table.AddColumn("verdict");
            foreach (var item in kind)
            {
                table.AddRow(
                [
                    Markup.Escape(item.Name),
                    Number(item.Points),
                    Number(item.Counts.Compared),
                    Ulp(item),
                    .. trains ? new[] { (item.Training?.GreatestRelative ?? 0).ToString("G2", CultureInfo.InvariantCulture) } : [],
                    VerdictOf(item),
                ]);
            }

            Screen.Out.Write(table);
        }
    }

    internal static void Ops(RunReport report)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn("op").NoWrap());
        table.AddColumn("ours");
        table.AddColumn("theirs");
        table.AddColumn(new TableColumn("points").RightAligned());
        table.AddColumn(new TableColumn("greatest ulp").RightAligned());
        table.AddColumn("verdict");
        foreach (var item in report.Items)
        {
            table.AddRow(
                Markup.Escape(item.Name), Markup.Escape(item.Ours), Markup.Escape(item.Theirs), Number(item.Points), Ulp(item), VerdictOf(item));
        }

        Screen.Out.Write(table);
    }

    internal static void Details(RunReport report)
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
            Line("PyTorch against itself: a 0-dim tensor and a vector of the same numbers give different bits in");
            foreach (var item in self)
                Line($"  {item.Name}: {Number(item.TorchAgainstItself.Count)} numbers, e.g. {item.TorchAgainstItself.Examples[0]}");
            Line("");
        }

        foreach (var item in report.Items.Where(i => i.Verdict == Verdict.Mismatch))
        {
            Screen.Out.MarkupLineInterpolated($"[red]MISMATCH[/]  {item.Kind} {item.Name}  ({item.Counts.Mismatch:N0} of {item.Counts.Compared:N0} numbers)");
            foreach (var error in item.Errors)
                Line($"  {error}");
            foreach (var failure in item.Failures)
                Line(string.Join(Environment.NewLine, failure.ToString().Split(Environment.NewLine).Select(l => "  " + l)));
            Line("");
        }
    }

    internal static void Summary(RunReport report)
    {
        var s = report.Summary;
        var environment = report.Environment;
        var counts = string.Join(", ", new[]
        {
            $"{Number(s.SameBits)} with the same bits",
            s.WithinBound > 0 ? $"{Number(s.WithinBound)} within bound" : "",
            s.Known > 0 ? $"{Number(s.Known)} known differences" : "",
            s.Ambiguous > 0 ? $"{Number(s.Ambiguous)} where PyTorch disagrees with itself" : "",
            s.Mismatch > 0 ? $"{Number(s.Mismatch)} MISMATCHES" : "",
        }.Where(t => t.Length > 0));
        var items = string.Join(", ", report.Items.GroupBy(i => i.Kind).Select(Size));
        Line(string.Create(CultureInfo.InvariantCulture, $"{items}: {Number(s.Compared)} numbers compared, {counts}."));
        Line(string.Create(
            CultureInfo.InvariantCulture,
            $"PyTorch {environment.Torch} ({environment.Road}, kernels {environment.Kernels}), {environment.Runtime}, seed {environment.Seed}, {environment.Seconds:0.0} s."));
        Screen.Out.MarkupLine(report.Parity ? "[green]PARITY[/]" : "[red]MISMATCH[/]");
    }

    /// <summary>How many items of a kind there are, and, where ops have several settings, how many ops.</summary>
    private static string Size(IGrouping<string, ItemResult> kind)
    {
        var items = kind.Count();
        var distinct = kind.Key == "op" ? kind.DistinctBy(i => i.Ours).Count() : items;
        return $"{distinct} {kind.Key}{(distinct == 1 ? "" : "s")}{(distinct == items ? "" : $" under {items} settings")}";
    }

    private static void Line(string text) => Screen.Out.WriteLine(text);

    private static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    private static string Ulp(ItemResult item) => item.GreatestUlp == ulong.MaxValue
        ? "NaN"
        : item.GreatestUlp.ToString("N0", CultureInfo.InvariantCulture);

    private static string VerdictOf(ItemResult item) => item.Verdict switch
    {
        Verdict.SameBits => "[green]same bits[/]",
        Verdict.WithinBound => "[green]within bound[/]",
        Verdict.KnownDifference => "[yellow]known difference[/]",
        Verdict.PyTorchDisagreesWithItself => "[yellow]PyTorch disagrees with itself[/]",
        _ => "[red]MISMATCH[/]",
    };
}
