using System.Diagnostics;
using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Training;
using Spectre.Console;

namespace Micrograd.Parity.Cli;

/// <summary>Shows the losses of both sides: a live line while they train, a few steps afterwards.</summary>
internal static class LossLine
{
    private const int Rows = 10;

    internal delegate void Step(MirrorKind mirror, int step, double ours, double theirs);

    internal static T Show<T>(TrainingRun run, Func<Step, T> train)
    {
        var clock = Stopwatch.StartNew();
        var mirrors = Enum.GetValues<MirrorKind>();
        return Screen.WithStatus(tell =>
            train(
                (mirror, step, ours, theirs) =>
                {
                    var done = Array.IndexOf(mirrors, mirror) * run.Steps + step + 1;
                    tell(
                        (double)done / (mirrors.Length * run.Steps),
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{Name(mirror)}: step {step + 1:N0} of {run.Steps:N0}, {done / clock.Elapsed.TotalSeconds:0.#} a second, loss ours {ours:G10}, theirs {theirs:G10}"
                        )
                    );
                }
            )
        );
    }

    internal static void Table(IReadOnlyList<ItemResult> items)
    {
        var curves = items.Where(i => i.Training is not null).Select(i => i.Training!).ToList();
        if (curves.Count == 0 || Screen.IsQuiet)
            return;
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn("step").RightAligned());
        table.AddColumn(new TableColumn("loss, ours").RightAligned());
        foreach (var curve in curves)
            table.AddColumn(new TableColumn($"loss, PyTorch {Name(curve.Mirror)}").RightAligned());
        table.AddColumn(new TableColumn("drift").RightAligned());
        var points = curves[0].Curve.Count;
        foreach (var i in Enumerable.Range(0, Math.Min(Rows, points)).Select(r => points <= Rows ? r : r * (points - 1) / (Rows - 1)))
        {
            table.AddRow([
                curves[0].Curve[i].Step.ToString("N0", CultureInfo.InvariantCulture),
                Number(curves[0].Curve[i].Ours),
                .. curves.Select(c => Number(c.Curve[i].Theirs)),
                curves[^1].Curve[i].Drift.ToString("G2", CultureInfo.InvariantCulture),
            ]);
        }

        Screen.Write(table);
    }

    private static string Name(MirrorKind mirror) => mirror == MirrorKind.ZeroDim ? "0-dim" : "modules";

    private static string Number(double x) => Wording.Full(x);
}
