using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>Converts a backend's run of a program to a trace, as an engine records it whose gradients start at 0.</summary>
internal static class GraphTraces
{
    internal static GraphTrace Create(Program program, Trace trace, double upstream, OpCatalogue ops)
    {
        var wants = ProgramRules.WantsGradient(program, ops);
        var nodes = program.Nodes.Select(
            (node, i) =>
                new TraceNode($"{i}", i + 1)
                {
                    Op = node.Op,
                    WrittenOp = node.Op,
                    Settings = [.. node.Settings],
                    Operands = [.. node.Operands],
                    Value = trace.Values[i],
                    Gradient = trace.Gradients[i] ?? (wants[i] ? 0 : null),
                    Label = node.Label,
                }
        );
        return new GraphTrace(program.Name, TraceNodes.From(nodes), program.Passes[0].Root, upstream);
    }
}
