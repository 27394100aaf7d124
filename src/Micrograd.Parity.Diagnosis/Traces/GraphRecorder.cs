using System.Globalization;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>
/// Records graphs of any scalar engine in .NET, given how its nodes are read:
/// <code>
/// var recorder = new GraphRecorder&lt;Scalar&gt;(v => v.Data, v => v.Grad, v => v.Op, v => v.Parents);
/// TraceWriter.Graphs("trace.jsonl", "my engine", trace => recorder.Record(trace, "step 0", loss));
/// </code>
/// </summary>
/// <typeparam name="T">The engine's node. Nodes are compared with their type's equality, by reference by default.</typeparam>
/// <param name="value">A node's number.</param>
/// <param name="gradient">Its gradient; null where it has none.</param>
/// <param name="op">The op that computed it, as the engine calls it; null or empty for a leaf.</param>
/// <param name="parents">Its operands in the op's order, one that is used twice given twice; empty for a leaf.</param>
public sealed class GraphRecorder<T>(Func<T, double> value, Func<T, double?> gradient, Func<T, string?> op, Func<T, IEnumerable<T>> parents)
    where T : notnull
{
    /// <summary>A node's settings, such as a slope or an exponent; none unless given.</summary>
    public Func<T, double[]> Settings { get; init; } = _ => [];

    /// <summary>A node's name; none unless given.</summary>
    public Func<T, string?> Label { get; init; } = _ => null;

    /// <summary>
    /// A number that is greater for a node created later. PyTorch accumulates gradients in reverse order of creation; without it,
    /// sums of three or more contributions may differ in their last bits, and are then reported as such.
    /// </summary>
    public Func<T, long>? Created { get; init; }

    /// <summary>Writes the graph that ends in a root, after the backward pass from there.</summary>
    /// <param name="trace">Receives the graph.</param>
    /// <param name="name">The graph's name.</param>
    /// <param name="root">The node that the pass started from.</param>
    /// <param name="upstream">The root's own gradient.</param>
    public void Record(TraceWriter trace, string name, T root, double upstream = 1)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var order = Order(root);
        if (Created is not null)
            order = [.. order.OrderBy(Created)];
        var ids = new Dictionary<T, string>();
        foreach (var node in order)
            ids.Add(node, ids.Count.ToString(CultureInfo.InvariantCulture));
        trace.BeginGraph(name, ids[root], upstream);
        foreach (var node in order)
        {
            var written = op(node);
            var recorded = new TraceNode(ids[node], 0)
            {
                WrittenOp = string.IsNullOrEmpty(written) ? null : written,
                Settings = Settings(node),
                Value = value(node),
                Gradient = gradient(node),
                Label = Label(node),
            };
            trace.Node(recorded, [.. parents(node).Select(p => ids[p])]);
        }
    }

    /// <summary>Every node after its operands.</summary>
    private List<T> Order(T root)
    {
        var (order, seen) = (new List<T>(), new HashSet<T>());
        var open = new Stack<(T Node, bool IsExpanded)>([(root, false)]);
        while (open.TryPop(out var top))
        {
            if (top.IsExpanded)
            {
                order.Add(top.Node);
            }
            else if (seen.Add(top.Node))
            {
                open.Push((top.Node, true));
                foreach (var parent in parents(top.Node).Reverse())
                    open.Push((parent, false));
            }
        }

        return order;
    }
}
