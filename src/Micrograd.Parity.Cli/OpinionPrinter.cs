using Micrograd.Parity.Fuzzing.Oracles;
using Micrograd.Parity.Reports;
using Spectre.Console;

namespace Micrograd.Parity.Cli;

/// <summary>Prints the results of the oracles: a table for each question, gradients that finite differences refuse, then a summary.</summary>
internal static class OpinionPrinter
{
    private const int ShownPoints = 4;

    internal static void Print(OpinionsReport report)
    {
        var opinions = report.Items;
        if (!Screen.IsQuiet)
        {
            Differences(opinions);
            Kinks(opinions);
            Truth(report);
            SpecialPoints(report);
        }

        foreach (var item in opinions)
        {
            var explained = item.Differences.Refused.Count - item.Unexplained.Count();
            if (explained > 0)
                Screen.Line(
                    $"explained  {item.Name}: {Wording.Number(explained)} gradients, the same on both sides, are not the slopes: {item.Reason}."
                );
            foreach (var refused in item.Unexplained)
                Screen.Line($"REFUSED  {item.Name}, {Wording.Of(refused)}");
        }

        Screen.Prose(Wording.Of(report));
        Screen.Prose($"{Wording.Of(report.Environment)}.");
    }

    private static void Differences(IReadOnlyList<ItemOpinion> opinions)
    {
        var table = Table("finite differences", ["gradients", "undecided", "least digits", "median digits", "refused"]);
        foreach (var item in opinions)
        {
            var d = item.Differences;
            table.AddRow(
                Screen.Cell(item.Name),
                Wording.Number(d.Checked),
                Wording.Number(d.Undecided),
                Wording.Digits(d.LeastDigits),
                Wording.Digits(d.MedianDigits),
                Wording.Number(d.Refused.Count)
            );
        }

        Screen.Write(table);
    }

    private static void Kinks(IReadOnlyList<ItemOpinion> opinions)
    {
        var table = Table("kinks and jumps", ["at", "left slope", "right slope", "ours", "PyTorch"]);
        foreach (var item in opinions)
        {
            foreach (var kink in item.Kinks)
                table.AddRow(
                    Screen.Cell(item.Name),
                    kink.At,
                    Wording.Slope(kink.Left),
                    Wording.Slope(kink.Right),
                    Wording.Full(kink.Ours),
                    Wording.Full(kink.Theirs)
                );
        }

        if (table.Rows.Count > 0)
            Screen.Write(table);
    }

    private static void Truth(OpinionsReport report)
    {
        var plain = report.HasPlain;
        string[] sides = plain ? ["ours", "0-dim", "vector", "vector, plain"] : ["ours", "0-dim", "vector"];
        string[] errors = [$"value: {sides[0]}", .. sides[1..], $"gradient: {sides[0]}", .. sides[1..]];
        string[] counts = ["lost: ours", "vector", "differ", "ours nearer", "vector nearer"];
        Screen.Line($"Kernels {report.Environment.Kernels}:");
        if (!Screen.IsNarrow)
        {
            Rows(report, Table("greatest error in ulp", [.. errors, .. counts]), item => [.. Errors(item.Truth, plain), .. Counts(item.Truth)]);
            return;
        }

        Rows(report, Table("error in ulp", errors), item => Errors(item.Truth, plain));
        Rows(report, Table("numbers", counts), item => Counts(item.Truth));
    }

    private static void Rows(OpinionsReport report, Table table, Func<ItemOpinion, string[]> cells)
    {
        foreach (var item in report.Items)
            table.AddRow([Screen.Cell(item.Name), .. cells(item)]);
        Screen.Write(table);
    }

    private static string[] Errors(TruthOpinion t, bool plain)
    {
        ErrorsOfSide?[] all = plain ? [t.Ours, t.Alone, t.Vector, t.PlainVector] : [t.Ours, t.Alone, t.Vector];
        return [.. all.Select(side => Wording.Error(side?.Value)), .. all.Select(side => Wording.Error(side?.Gradient))];
    }

    private static string[] Counts(TruthOpinion t) =>
        [
            Wording.Number(t.Ours.Lost),
            t.Vector is { } vector ? Wording.Number(vector.Lost) : "",
            Wording.Number(t.Differing),
            Wording.Number(t.OursNearer),
            Wording.Number(t.VectorNearer),
        ];

    private static void SpecialPoints(OpinionsReport report)
    {
        var plain = report.HasPlain;
        string[] others = plain ? ["0-dim", "vector", "0-dim, plain", "vector, plain"] : ["0-dim", "vector"];
        var table = Table("special points where they part", ["at", "number", "ours", .. others, "exact"]);
        var more = 0;
        foreach (var item in report.Items)
        {
            foreach (var point in item.Truth.SpecialPoints.Take(ShownPoints))
            {
                double?[] all = plain ? [point.Alone, point.Vector, point.PlainAlone, point.PlainVector] : [point.Alone, point.Vector];
                table.AddRow([
                    Screen.Cell(item.Name),
                    point.At,
                    Wording.Of(point),
                    Wording.Full(point.Ours),
                    .. all.Select(x => x is { } number ? Wording.Full(number) : ""),
                    Wording.Full(point.Exact),
                ]);
            }

            more += Math.Max(0, item.Truth.SpecialPoints.Count - ShownPoints);
        }

        if (table.Rows.Count == 0)
            return;
        Screen.Line($"PyTorch against itself, kernels {report.Environment.Kernels}:");
        Screen.Write(table);
        if (more > 0)
            Screen.Line($"and {Wording.Number(more)} more, which --json lists.");
    }

    private static Table Table(string first, IReadOnlyList<string> others)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(first);
        foreach (var column in others)
            table.AddColumn(new TableColumn(column).RightAligned());
        return table;
    }
}
