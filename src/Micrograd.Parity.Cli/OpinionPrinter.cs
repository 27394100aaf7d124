using System.Globalization;
using Micrograd.Parity.Opinions;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Torch;
using Spectre.Console;

namespace Micrograd.Parity.Cli;

/// <summary>Prints third opinions: a table for each question, then what finite differences refuse, then the sum of it.</summary>
internal static class OpinionPrinter
{
    private const int ShownPoints = 4;

    internal static void Print(IReadOnlyList<ItemOpinion> opinions, TorchLibrary torch, int seed)
    {
        if (!Screen.IsQuiet)
        {
            Differences(opinions);
            Kinks(opinions);
            Truth(opinions, torch);
            SpecialPoints(opinions, torch);
        }

        foreach (var item in opinions)
        {
            var explained = item.Differences.Refused.Count - item.Unexplained.Count();
            if (explained > 0)
                Screen.Line($"explained  {item.Name}: {Wording.Number(explained)} gradients, the same on both sides, are not the slopes: {item.Reason}.");
            foreach (var refused in item.Unexplained)
            {
                Screen.Line($"REFUSED  {item.Name}, {refused.At}: gradient {Wording.Full(refused.Ours)}"
                    + (refused.Shared ? " on both sides" : $", PyTorch's {Wording.Full(refused.Theirs)}")
                    + $"; slope {Wording.Full(refused.Slope)}, whose error is at most about {Short(refused.Error)}");
            }
        }

        var totals = opinions.Select(o => o.Differences).ToList();
        Screen.Line($"{Wording.Number(totals.Sum(d => d.Checked))} gradients of {Wording.Number(opinions.Count)} items against finite differences: "
            + $"{Wording.Number(totals.Sum(d => d.Refused.Count))} refused, {Wording.Number(opinions.Sum(o => o.Unexplained.Count()))} without a known reason; of {Wording.Number(totals.Sum(d => d.Undecided))} more they say nothing.");
        Screen.Line($"{Wording.Number(opinions.Sum(o => o.Truth.Numbers))} numbers against exact ones; {Wording.Number(opinions.Sum(o => o.Truth.Differing))} "
            + $"differ between ours and PyTorch's vectors: ours nearer {Wording.Number(opinions.Sum(o => o.Truth.OursNearer))} times, "
            + $"the vectors' {Wording.Number(opinions.Sum(o => o.Truth.VectorNearer))} times.");
        Screen.Line($"PyTorch {torch.Version} ({torch.Road}, kernels {torch.Kernels}), seed {seed.ToString(CultureInfo.InvariantCulture)}.");
    }

    private static void Differences(IReadOnlyList<ItemOpinion> opinions)
    {
        var table = Table("finite differences", ["gradients", "undecided", "least digits", "median digits", "refused"]);
        foreach (var item in opinions)
        {
            var d = item.Differences;
            table.AddRow(
                Markup.Escape(item.Name), Wording.Number(d.Checked), Wording.Number(d.Undecided), Digits(d.LeastDigits), Digits(d.MedianDigits), Wording.Number(d.Refused.Count));
        }

        Screen.Out.Write(table);
    }

    private static void Kinks(IReadOnlyList<ItemOpinion> opinions)
    {
        var table = Table("kinks and jumps", ["at", "left slope", "right slope", "ours", "PyTorch"]);
        foreach (var item in opinions)
        {
            foreach (var kink in item.Kinks)
                table.AddRow(Markup.Escape(item.Name), kink.At, Slope(kink.Left), Slope(kink.Right), Wording.Full(kink.Ours), Wording.Full(kink.Theirs));
        }

        if (table.Rows.Count > 0)
            Screen.Out.Write(table);
    }

    private static void Truth(IReadOnlyList<ItemOpinion> opinions, TorchLibrary torch)
    {
        var plain = HasPlain(opinions);
        string[] sides = plain ? ["ours", "0-dim", "vector", "vector, plain"] : ["ours", "0-dim", "vector"];
        var table = Table(
            "greatest error in ulp",
            [$"value: {sides[0]}", .. sides[1..], $"gradient: {sides[0]}", .. sides[1..], "lost: ours", "vector", "differ", "ours nearer", "vector nearer"]);
        foreach (var item in opinions)
        {
            var t = item.Truth;
            ErrorsOfSide?[] all = plain ? [t.Ours, t.Alone, t.Vector, t.PlainVector] : [t.Ours, t.Alone, t.Vector];
            table.AddRow(
            [
                Markup.Escape(item.Name),
                .. all.Select(side => Short(side?.Value)),
                .. all.Select(side => Short(side?.Gradient)),
                Wording.Number(t.Ours.Lost),
                t.Vector is { } vector ? Wording.Number(vector.Lost) : "",
                Wording.Number(t.Differing),
                Wording.Number(t.OursNearer),
                Wording.Number(t.VectorNearer),
            ]);
        }

        Screen.Line($"Kernels {torch.Kernels}:");
        Screen.Out.Write(table);
    }

    private static void SpecialPoints(IReadOnlyList<ItemOpinion> opinions, TorchLibrary torch)
    {
        var plain = HasPlain(opinions);
        string[] others = plain ? ["vector, plain", "0-dim", "vector"] : ["0-dim", "vector"];
        var table = Table("special points where they part", ["at", "number", "ours (plain, 0-dim)", .. others, "exact"]);
        var more = 0;
        foreach (var item in opinions)
        {
            foreach (var point in item.Truth.SpecialPoints.Take(ShownPoints))
            {
                double?[] all = plain ? [point.PlainVector, point.Alone, point.Vector] : [point.Alone, point.Vector];
                table.AddRow(
                [
                    Markup.Escape(item.Name),
                    point.At,
                    point.Quantity == Quantity.Value ? "value" : string.Create(CultureInfo.InvariantCulture, $"gradient {point.Operand}"),
                    Wording.Full(point.Ours),
                    .. all.Select(x => x is { } number ? Wording.Full(number) : ""),
                    Wording.Full(point.Exact),
                ]);
            }

            more += Math.Max(0, item.Truth.SpecialPoints.Count - ShownPoints);
        }

        if (table.Rows.Count == 0)
            return;
        Screen.Line($"PyTorch against itself, kernels {torch.Kernels}:");
        Screen.Out.Write(table);
        if (more > 0)
            Screen.Line($"and {Wording.Number(more)} more, which --json lists.");
    }

    /// <summary>Whether a process with plain kernels was asked as well.</summary>
    private static bool HasPlain(IReadOnlyList<ItemOpinion> opinions) => opinions.Any(o => o.Truth.PlainVector is not null);

    private static Table Table(string first, IReadOnlyList<string> others)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(first);
        foreach (var column in others)
            table.AddColumn(new TableColumn(column).RightAligned());
        return table;
    }

    private static string Digits(double digits) => double.IsNaN(digits) ? "" : digits.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Slope(double? slope) => slope is { } s ? s.ToString("G6", CultureInfo.InvariantCulture) : "jump";

    private static string Short(double? x) => x is { } number ? number.ToString("G3", CultureInfo.InvariantCulture) : "";
}
