using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Computation of a node from some nodes before it, as a program with a backward pass from it.</summary>
/// <param name="Program">The program; the nodes that it begins from are its first leaves.</param>
/// <param name="Input">Their numbers.</param>
/// <param name="Root">The node's index in the program.</param>
internal sealed record Cone(Program Program, ProgramInput Input, int Root)
{
    private Dictionary<int, int> Indices { get; init; } = [];

    /// <summary>Cuts a cone out of a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="root">The node.</param>
    /// <param name="leaves">Nodes that it begins from, with the index of the number that each has.</param>
    /// <param name="numbers">Their numbers.</param>
    /// <param name="others">Numbers of the graph's other leaves, by node; null for their own.</param>
    internal static Cone From(GraphTrace graph, int root, Dictionary<int, int> leaves, double[] numbers, double[]? others = null)
    {
        var (inside, open) = (new SortedSet<int>(), new Stack<int>([root]));
        while (open.TryPop(out var node))
        {
            if (leaves.ContainsKey(node) || !inside.Add(node))
                continue;
            foreach (var operand in graph.Nodes[node].Operands)
                open.Push(operand);
        }

        var indices = new Dictionary<int, int>(leaves);
        var (nodes, input) = (numbers.Select(x => Node.Leaf(x)).ToList(), numbers.ToList());
        foreach (var i in inside)
        {
            var node = graph.Nodes[i];
            indices.Add(i, nodes.Count);
            if (node.Op is null)
                input.Add(others?[i] ?? node.Value);
            nodes.Add(node.Op is null ? Node.Constant(input[^1]) : Node.Of(node.Op, [.. node.Operands.Select(k => indices[k])], node.Settings));
        }

        var flows = nodes.ConvertAll(n => n.RequiresGrad);
        for (var i = 0; i < flows.Count; i++)
            flows[i] |= nodes[i].Operands.Any(k => flows[k]);
        var passes = flows[indices[root]] ? new[] { new Pass(indices[root]) } : [];
        return new Cone(new Program("", nodes, passes), new ProgramInput([.. input], [.. passes.Select(p => p.Upstream)]), indices[root])
        {
            Indices = indices,
        };
    }

    /// <summary>The index in the program of a node of the graph; null if it is not in it.</summary>
    internal int? IndexOf(int node) => Indices.TryGetValue(node, out var index) ? index : null;
}
