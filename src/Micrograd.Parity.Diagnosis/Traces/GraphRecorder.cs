using System.Globalization;
using System.Linq.Expressions;

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

    /// <summary>Ids of leaves, such as parameters, which stay the same in all graphs that are recorded.</summary>
    private readonly Dictionary<T, string> _leaves = [];

    private int _numbered;

    /// <summary>Writes the graph that ends in a root, after the backward pass from there.</summary>
    /// <param name="trace">Receives the graph.</param>
    /// <param name="name">The graph's name.</param>
    /// <param name="root">The node that the pass started from.</param>
    /// <param name="upstream">The root's own gradient.</param>
    public void Record(TraceWriter trace, string name, T root, double upstream = 1) => Record(trace, name, root, upstream, _ => null);

    /// <summary>
    /// Evaluates a function with the engine, goes backward, and writes what the function means and then the graph that the engine built: <c>parity
    /// check</c> tells where the two part. <c>5 - x</c> means a difference from 5, and <c>x.Tanh()</c> tanh, whatever the engine does.
    /// <code>recorder.Compare(trace, "f", (a, b) => (5 - a) * b.Tanh(), [0.5, -2], x => new Scalar(x), root => root.Backward());</code>
    /// </summary>
    /// <param name="trace">Receives both graphs.</param>
    /// <param name="name">The graph's name.</param>
    /// <param name="function">A function of as many nodes as there are inputs.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="leaf">Makes a leaf.</param>
    /// <param name="backward">Goes backward from the result.</param>
    public void Compare(
        TraceWriter trace,
        string name,
        Expression<Func<T, T, T>> function,
        double[] inputs,
        Func<double, T> leaf,
        Action<T> backward
    ) => CompareAny(trace, name, function, inputs, leaf, backward);

    /// <inheritdoc cref="Compare(TraceWriter, string, Expression{Func{T, T, T}}, double[], Func{double, T}, Action{T})"/>
    public void Compare(TraceWriter trace, string name, Expression<Func<T, T>> function, double[] inputs, Func<double, T> leaf, Action<T> backward) =>
        CompareAny(trace, name, function, inputs, leaf, backward);

    /// <inheritdoc cref="Compare(TraceWriter, string, Expression{Func{T, T, T}}, double[], Func{double, T}, Action{T})"/>
    public void Compare(
        TraceWriter trace,
        string name,
        Expression<Func<T, T, T, T>> function,
        double[] inputs,
        Func<double, T> leaf,
        Action<T> backward
    ) => CompareAny(trace, name, function, inputs, leaf, backward);

    /// <summary>As with a function of one to three nodes, but of an array of them: <c>x => (5 - x[0]) * x[1].Tanh()</c>.</summary>
    /// <inheritdoc cref="Compare(TraceWriter, string, Expression{Func{T, T, T}}, double[], Func{double, T}, Action{T})"/>
    public void Compare(
        TraceWriter trace,
        string name,
        Expression<Func<T[], T>> function,
        double[] inputs,
        Func<double, T> leaf,
        Action<T> backward
    ) => CompareAny(trace, name, function, inputs, leaf, backward);

    private void CompareAny(TraceWriter trace, string name, LambdaExpression function, double[] inputs, Func<double, T> leaf, Action<T> backward)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(leaf);
        ArgumentNullException.ThrowIfNull(backward);
        var meant = new MeantFunction<T>(node => (op(node), parents(node), Settings(node)), value);
        var root = meant.Evaluate(function, Array.ConvertAll(inputs, x => leaf(x)));
        backward(root);
        trace.BeginGraph(name, meant.Means(root) ?? throw new ArgumentException("The function computes nothing.", nameof(function)), isMeant: true);
        foreach (var (node, operands) in meant.Lines)
            trace.Node(node, operands);
        Record(trace, name, root, 1, meant.Means);
    }

    private void Record(TraceWriter trace, string name, T root, double upstream, Func<T, string?> means)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var order = Order(root);
        if (Created is not null)
            order = [.. order.OrderBy(Created)];
        var ids = order.ToDictionary(node => node, Id);
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
            trace.Node(recorded, [.. parents(node).Select(p => ids[p])], means(node));
        }
    }

    private string Id(T node)
    {
        if (_leaves.TryGetValue(node, out var known))
            return known;
        var id = _numbered++.ToString(CultureInfo.InvariantCulture);
        if (!parents(node).Any())
            _leaves.Add(node, id);
        return id;
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
