using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Result of checking a trace.</summary>
/// <param name="File">The trace's file, as the user named it.</param>
/// <param name="Engine">The engine's name; may be empty.</param>
/// <param name="Torch">The PyTorch library that the trace was compared with.</param>
/// <param name="Graphs">Report of each graph; empty for a training run.</param>
/// <param name="Training">Report of the training run; null for graphs.</param>
internal sealed record TraceReport(string File, string Engine, TorchLibrary Torch, IReadOnlyList<GraphReport> Graphs, TrainingReport? Training)
{
    /// <summary>True if some number differs by more than rounding explains.</summary>
    public bool HasMistakes => Training is { Mistakes.Count: > 0 } || Graphs.Any(g => g.Mistakes.Count > 0);

    /// <summary>Names of the ops for which this build's own rule differs from PyTorch, which therefore judged them itself.</summary>
    public IReadOnlyList<string> WrongRules { get; init; } = [];

    /// <summary>Text that says who judged the graphs.</summary>
    public string Judge =>
        $"Judged by Micrograd's rules, each verified against PyTorch at the first {VerifiedRules.Asked} of its numbers here; the first of each cause by PyTorch itself."
        + (
            WrongRules.Count == 0
                ? ""
                : $" This build's own rule of {string.Join(", ", WrongRules)} differs from PyTorch, which judged {(WrongRules.Count == 1 ? "it" : "them")} itself."
        );

    /// <summary>Reads a trace to its end and checks it.</summary>
    /// <param name="reader">The trace.</param>
    /// <param name="file">Its name in reports.</param>
    /// <param name="torch">PyTorch, loaded.</param>
    /// <param name="ops">The catalogue.</param>
    /// <param name="progress">Called from time to time with the fraction done (0 to 1).</param>
    /// <param name="cancellation">Cancels the check.</param>
    /// <exception cref="TraceFormatException">The trace is broken.</exception>
    public static TraceReport Of(
        TraceReader reader,
        string file,
        TorchLibrary torch,
        OpCatalogue ops,
        Action<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (reader.Kind == TraceFormat.Training)
        {
            var training = TrainingCheck.Check(reader.Training(cancellation), ops, reader.IsFloat32, null, progress, cancellation);
            return new TraceReport(file, reader.Engine, torch, [], training);
        }

        var check = new GraphCheck(ops, reader.IsFloat32);
        var reports = new List<GraphReport>();
        var open = new List<(int Place, GraphTrace Graph)>(); // those of which what the others tell of the engine may change the report
        var leaves = new SharedLeaves();
        var (before, read) = (0.0, 0.0); // which share of the file lies before the graph, and is read: half of the work
        foreach (var recorded in reader.Graphs(share => progress?.Invoke((before + (read = share)) / 2), cancellation))
        {
            var graph = recorded;
            var report = check.Check(graph, share => progress?.Invoke((before + read + (share * (read - before))) / 2), cancellation);
            if (leaves.Next(report) is { Count: > 0 } earlier)
                report = check.CheckAgain(graph = graph with { EarlierGradients = earlier }, cancellation);
            if (report.Mistakes.Count > 0 || (!check.KnowsPrecision && report.Honest.Any(g => g.Class == DifferenceClass.Float32Rounding)))
                open.Add((reports.Count, graph));
            reports.Add(report.Lean());
            before = read;
        }

        foreach (var (place, graph) in open.Where(o => reports[o.Place].IsFloat32 != check.IsFloat32))
            reports[place] = check.CheckAgain(graph, cancellation).Lean();
        reports =
        [
            .. reports.Select(r => r.Honest.Any(g => g.Class == DifferenceClass.Float32Rounding) ? r : r with { IsFloat32 = check.IsFloat32 }),
        ];
        return new TraceReport(file, reader.Engine, torch, reports, null)
        {
            WrongRules = [.. ops.All.Where(VerifiedRules.IsWrong).Select(op => op.Name)],
        };
    }
}
