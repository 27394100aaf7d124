using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

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
    public bool HasMistakes => Training is { Mistakes.Count: > 0 } || Graphs.Any(g => g.HasMistakes);

    /// <summary>
    /// Ops whose VJP was met with an upstream gradient of 1 only, or of 0, in the order in which they were met: a rule that forgets the upstream
    /// gradient gives the same numbers.
    /// </summary>
    public IReadOnlyList<string> Untested =>
        [
            .. Graphs
                .SelectMany(g => g.Rules)
                .GroupBy(r => r.Key, r => r.Value)
                .Where(g => !g.Any(isTested => isTested))
                .Select(g => g.Key.Op)
                .Distinct(),
        ];

    /// <summary>Sentence on the precision: what the engine is taken to compute in, and why.</summary>
    public string Precision { get; init; } = Training?.Precision ?? "";

    /// <summary>Sentences on what the verdict rests on, and what it leaves open.</summary>
    public IEnumerable<string> Remarks
    {
        get
        {
            if (Precision.Length > 0)
                yield return Precision;
            if (Training is not null)
                yield break;
            var meant = Graphs.Count(g => g.Wiring is not null);
            if (meant < Graphs.Count)
                yield return $"Wiring was {(meant == 0 ? "not checked" : $"checked in {meant} of {Graphs.Count} graphs")}: the trace says what was recorded and "
                    + "not what was meant, so that 5 - x recorded as x - 5 is not seen (docs/checking-your-engine.md says how to say what was meant).";
            else if (meant > 0)
                yield return $"Wiring was checked: {LocatingWords.Number(Graphs.Sum(g => g.Wiring!.Ops))} ops against what was meant.";
            if (Graphs.Sum(g => g.Gradients) == 0)
                yield return "Gradients were not checked: the trace has none. It needs those of the backward pass, and of inputs that require a gradient.";
            if (Untested.Count > 0)
                yield return $"Untested, not right: the gradient rules of {string.Join(", ", Untested)} met no upstream gradient but 1 or 0, with which a rule that "
                    + "forgets it is right too. Record a pass with another one.";
        }
    }

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
    /// <param name="meant">The program that graphs were meant to compute, the first graph its first pass; null if the trace alone says what was meant.</param>
    /// <param name="progress">Called from time to time with the fraction done (0 to 1).</param>
    /// <param name="cancellation">Cancels the check.</param>
    /// <exception cref="TraceFormatException">The trace is broken.</exception>
    public static TraceReport Read(
        TraceReader reader,
        string file,
        TorchLibrary torch,
        OpCatalogue ops,
        Program? meant = null,
        Action<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
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
            var graph = meant is null ? recorded : recorded with { Meant = GraphTrace.Create(meant, reports.Count) };
            var report = check.Check(graph, share => progress?.Invoke((before + read + (share * (read - before))) / 2), cancellation);
            if (leaves.Next(report) is { Count: > 0 } earlier)
                report = check.CheckAgain(graph = graph with { EarlierGradients = earlier }, cancellation);
            if (report.HasMistakes || (!check.KnowsPrecision && report.Honest.Any(g => g.Class == DifferenceClass.Float32Rounding)))
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
            Precision = check.Precision,
            WrongRules = [.. ops.All.Where(VerifiedRules.IsWrong).Select(op => op.Name)],
        };
    }
}
