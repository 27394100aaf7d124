using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Reverse graph: for each node reachable from the root by differentiable edges, the ops that consume it.</summary>
internal sealed class Consumers
{
    private readonly bool[] _reached;
    private readonly int[] _begins;
    private readonly Use[] _uses;

    internal Consumers(GraphTrace graph, OpCatalogue ops)
    {
        var nodes = graph.Nodes;
        _reached = new bool[nodes.Count];
        _begins = new int[nodes.Count + 1];
        _reached[graph.Root] = true;
        for (var i = graph.Root; i >= 0; i--)
        {
            for (var k = 0; _reached[i] && k < nodes[i].Operands.Count; k++)
            {
                if (k == ops[nodes[i].Op!].Condition)
                    continue;
                _reached[nodes[i].Operands[k]] = true;
                _begins[nodes[i].Operands[k] + 1]++;
            }
        }

        for (var i = 0; i < nodes.Count; i++)
            _begins[i + 1] += _begins[i];
        _uses = new Use[_begins[^1]];
        var next = _begins.AsSpan(0, nodes.Count).ToArray();
        for (var i = graph.Root; i >= 0; i--)
        {
            for (var k = 0; _reached[i] && k < nodes[i].Operands.Count; k++)
            {
                if (k != ops[nodes[i].Op!].Condition)
                    _uses[next[nodes[i].Operands[k]]++] = new Use(i, k);
            }
        }
    }

    /// <summary>One place where a node is an operand.</summary>
    internal readonly record struct Use(int Consumer, int Operand);

    /// <summary>True if a gradient flows to a node.</summary>
    internal bool Reaches(int node) => _reached[node];

    /// <summary>A node's uses in PyTorch's order of accumulation: from the latest consumer to the earliest.</summary>
    internal ReadOnlySpan<Use> Of(int node) => _uses.AsSpan(_begins[node], _begins[node + 1] - _begins[node]);
}
