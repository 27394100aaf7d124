using Micrograd.Parity.Diagnosis.Traces;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>The VJP rule of an op, with its settings, for one of its operands.</summary>
/// <param name="Op">The op.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Operand">Index of the operand.</param>
internal readonly record struct OperandRule(string Op, string Settings, int Operand)
{
    internal static OperandRule From(GraphTrace graph, int node, int operand)
    {
        var settings = graph.Nodes[node].Settings;
        return new OperandRule(graph.Nodes[node].Op!, settings.Length == 0 ? "" : string.Join(',', settings.Select(LocatingWords.Number)), operand);
    }
}
