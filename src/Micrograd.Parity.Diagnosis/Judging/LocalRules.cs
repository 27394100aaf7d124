using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Evaluates one op of a trace at a time at given numbers (<see cref="VerifiedRules"/>).</summary>
internal sealed class LocalRules(OpCatalogue ops)
{
    /// <summary>The op's formula.</summary>
    internal Formula Formula(GraphNode node) => ops[node.Op!].Formula;

    /// <summary>True if a node's value is a sum of its operands in any order.</summary>
    internal bool SumsInAnyOrder(GraphNode node) => ops[node.Op!] is { Arity: Op.Any, IsComposed: false };

    /// <summary>The op's result at the given operands.</summary>
    internal double Value(GraphNode node, double[] operands) => VerifiedRules.Value(ops[node.Op!], operands, node.Settings);

    /// <summary>Computes the op's VJP: the contribution to the gradient of each operand; null where none flows.</summary>
    /// <param name="node">The node.</param>
    /// <param name="operands">Its operands' numbers.</param>
    /// <param name="result">The result that the rule sees; null for the one computed from the operands.</param>
    /// <param name="upstream">The result's gradient.</param>
    internal double?[] Shares(GraphNode node, double[] operands, double? result, double upstream) =>
        VerifiedRules.Shares(ops[node.Op!], operands, node.Settings, upstream, result);

    /// <summary>Accumulates a node's VJP into its operands' gradients, as PyTorch does.</summary>
    internal void Add(GraphNode node, double upstream, double?[] gradients) =>
        VerifiedRules.Accumulate(ops[node.Op!], [.. node.Operands], node.Inputs(), node.Settings, upstream, gradients, node.Value);
}
