using System.Globalization;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>Records what the engine itself computes.</summary>
internal static class OwnTraces
{
    /// <summary>The engine's name in its traces.</summary>
    public const string Engine = "Micrograd";

    /// <summary>Records a program: a graph for each backward pass, begun without gradients; one graph without gradients if it has none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="program">The program.</param>
    /// <param name="ops">The catalogue.</param>
    public static void Record(string path, Program program, OpCatalogue ops) =>
        TraceWriter.Graphs(path, Engine, trace => Record(trace, program, new MicrogradBackend(ops)));

    /// <summary>Records a backend's run of a program.</summary>
    /// <param name="trace">Receives the graphs.</param>
    /// <param name="program">The program.</param>
    /// <param name="backend">The backend.</param>
    public static void Record(TraceWriter trace, Program program, IBackend backend)
    {
        var passes = program.Passes.Count > 0 ? [.. program.Passes] : new Pass?[] { null };
        for (var p = 0; p < passes.Length; p++)
        {
            var single = program with { Passes = passes[p] is { } pass ? [pass with { Clear = false }] : [] };
            var computed = backend.Run(single, single.DefaultInput);
            trace.BeginGraph(
                passes.Length > 1 ? $"{program.Name}, pass {p}" : program.Name,
                Id(passes[p]?.Root ?? (program.Nodes.Count - 1)),
                passes[p]?.Upstream ?? 1
            );
            for (var i = 0; i < program.Nodes.Count; i++)
            {
                var node = program.Nodes[i];
                var recorded = new TraceNode(Id(i), 0)
                {
                    WrittenOp = node.Op,
                    Settings = [.. node.Settings],
                    Value = computed.Values[i],
                    Gradient = computed.Gradients[i],
                    Label = node.Label,
                };
                trace.Node(recorded, [.. node.Operands.Select(Id)]);
            }
        }
    }

    /// <summary>Records a training run with all that it computes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="training">Text of a training file; paths in it are relative to the trace.</param>
    /// <param name="run">The run that it describes.</param>
    /// <param name="cancellation">Cancels the run; nothing is written then.</param>
    public static void Record(string path, string training, TrainingRun run, CancellationToken cancellation = default)
    {
        using var ours = run.Ours();
        Record(path, Engine, training, ours, run.Steps, cancellation: cancellation);
    }

    /// <summary>Records one side of a training run.</summary>
    /// <param name="path">The file.</param>
    /// <param name="engine">The side's name.</param>
    /// <param name="training">Text of a training file.</param>
    /// <param name="side">The side, at its start.</param>
    /// <param name="steps">Number of steps to run.</param>
    /// <param name="kept">Selects the parts of a step to record, or null to skip it; by default the whole step.</param>
    /// <param name="cancellation">Cancels the run; nothing is written then.</param>
    public static void Record(
        string path,
        string engine,
        string training,
        ITraining side,
        int steps,
        Func<PartialStep, PartialStep?>? kept = null,
        CancellationToken cancellation = default
    )
    {
        TraceWriter.Training(path, engine, training, side.Layout, side.State.Parameters, trace =>
        {
            for (var k = 0; k < steps; k++)
            {
                cancellation.ThrowIfCancellationRequested();
                var step = PartialStep.Whole(k, side.Advance());
                if ((kept is null ? step : kept(step)) is { } recorded)
                    trace.Step(side.Layout, recorded);
            }
        });
    }

    private static string Id(int index) => index.ToString(CultureInfo.InvariantCulture);
}
