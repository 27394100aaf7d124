using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>
/// Replays a recorded graph node by node from the recorded numbers: a value from its operands, a gradient from its consumers' gradients.
/// A wrong rule shows wherever the op occurs, whatever else is wrong in the graph.
/// </summary>
internal sealed class LocalReplay
{
    /// <summary>Maximum number of nodes examined: a fault in a rule shows at some of so many nodes, or nowhere.</summary>
    private const int MostLookedAt = 4_000;

    private readonly GraphTrace _trace;
    private readonly OpCatalogue _ops;
    private readonly List<(int Node, int Operand)>?[] _consumers;

    internal LocalReplay(GraphTrace trace, OpCatalogue ops)
    {
        (_trace, _ops) = (trace, ops);
        _consumers = new List<(int, int)>?[trace.Nodes.Count];
        for (var i = trace.Nodes.Count - 1; i >= 0; i--)
        {
            for (var k = 0; k < trace.Nodes[i].Operands.Count; k++)
                (_consumers[trace.Nodes[i].Operands[k]] ??= []).Add((i, k));
        }
    }

    /// <summary>Nodes near an op: its own nodes, and its operands; if there are too many, the ones found wrong come first.</summary>
    internal (int[] Values, int[] Gradients) Near(string op, IReadOnlySet<int> found)
    {
        var nodes = Enumerable.Range(0, _trace.Nodes.Count).Where(i => _trace.Nodes[i].Op == op).ToList();
        var gradients = nodes.SelectMany(i => _trace.Nodes[i].Operands).Distinct().Where(IsKnown);
        return (Some(nodes), Some(gradients));

        int[] Some(IEnumerable<int> all) => [.. all.OrderByDescending(found.Contains).Take(MostLookedAt).Order()];
    }

    /// <summary>Recorded numbers near an op.</summary>
    internal double?[] Recorded((int[] Values, int[] Gradients) near) =>
        [.. near.Values.Select(i => (double?)_trace.Nodes[i].Value), .. near.Gradients.Select(i => _trace.Nodes[i].Gradient)];

    /// <summary>Computes the same numbers with a faulty rule of one op; null for the right rule.</summary>
    internal double?[] Run((int[] Values, int[] Gradients) near, OpRule? rule) =>
        [.. near.Values.Select(i => (double?)Value(i, rule)), .. near.Gradients.Select(i => (double?)Gradient(i, rule))];

    private bool IsKnown(int node) =>
        _trace.Nodes[node].Gradient is not null && _consumers[node]!.TrueForAll(c => _trace.Nodes[c.Node].Gradient is not null);

    private OpCall Call(GraphNode node) => OpCall.Create(_ops[node.Op!], node.Inputs(), node.Settings);

    private double Value(int node, OpRule? rule)
    {
        var call = Call(_trace.Nodes[node]);
        return rule?.Value is { } wrong && rule.Where(call) ? wrong(call) : call.Result;
    }

    private double Gradient(int node, OpRule? rule)
    {
        double? sum = node == _trace.Root ? _trace.Upstream : null;
        foreach (var (consumer, operand) in _consumers[node]!)
        {
            var to = _trace.Nodes[consumer];
            var call = Call(to);
            var upstream = to.Gradient!.Value;
            var share = call.Shares(upstream)[operand];
            if (rule?.Share is { } wrong && rule.Op == to.Op && rule.Where(call))
                share = wrong(call, operand, upstream, share);
            sum = sum is { } earlier ? earlier + share : share;
        }

        return sum ?? 0;
    }
}
