using System.Collections;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>The op of a recorded node.</summary>
/// <param name="Op">Its name in the catalogue.</param>
/// <param name="Written">Its name as written.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="IsReflected">True if its operands were written in the reverse order.</param>
internal sealed record TraceCall(string Op, string Written, double[] Settings, bool IsReflected = false);

/// <summary>The nodes of a recorded graph, in columns: 57 bytes a node, since graphs of a million nodes are read whole.</summary>
internal sealed class TraceNodes : IReadOnlyList<GraphNode>
{
    private readonly TraceIds _ids = new();
    private readonly Column<int> _lines = new();
    private readonly Column<TraceCall?> _calls = new();
    private readonly Column<double> _values = new();
    private readonly Column<double?> _gradients = new();
    private readonly Column<int> _ends = new(); // where each node's operands end
    private readonly Dictionary<int, string> _labels = [];
    private readonly Dictionary<int, int> _means = [];
    private int[] _operands = [];

    public int Count => _lines.Count;

    public GraphNode this[int index] => new(this, index);

    internal static TraceNodes From(IEnumerable<TraceNode> given)
    {
        var nodes = new TraceNodes();
        foreach (var node in given)
        {
            var call = node.Op is { } op ? new TraceCall(op, node.WrittenOp ?? op, node.Settings) : null;
            nodes.TryAdd(TraceId.Parse(node.Id), node.Line, call, node.Operands, node.Value, node.Gradient, node.Label);
        }

        return nodes;
    }

    /// <summary>The same nodes with other numbers.</summary>
    internal TraceNodes With(Func<GraphNode, double>? value = null, Func<GraphNode, double?>? gradient = null)
    {
        var nodes = new TraceNodes();
        foreach (var n in this)
            nodes.TryAdd(
                _ids[n.Index],
                n.Line,
                n.Call,
                n.Operands,
                value?.Invoke(n) ?? n.Value,
                gradient is null ? n.Gradient : gradient(n),
                n.Label,
                n.Means
            );
        return nodes;
    }

    /// <summary>Adds a node; false if an earlier one has its id.</summary>
    internal bool TryAdd(
        TraceId id,
        int line,
        TraceCall? call,
        ReadOnlySpan<int> operands,
        double value,
        double? gradient,
        string? label,
        int? means = null
    )
    {
        if (!_ids.TryAdd(id))
            return false;
        if (label is not null)
            _labels.Add(Count, label);
        if (means is { } meant)
            _means.Add(Count, meant);
        var (begin, end) = (Begin(Count), Begin(Count) + operands.Length);
        if (end > _operands.Length)
            Array.Resize(ref _operands, Math.Max(end, _operands.Length + (_operands.Length / 2)));
        operands.CopyTo(_operands.AsSpan(begin));
        if (call is { IsReflected: true })
            _operands.AsSpan(begin, operands.Length).Reverse();
        _ends.Add(end);
        _calls.Add(call);
        _values.Add(value);
        _gradients.Add(gradient);
        _lines.Add(line);
        return true;
    }

    /// <summary>Finds the index of the node that has an id.</summary>
    internal bool TryFind(TraceId id, out int index) => _ids.TryFind(id, out index);

    public IEnumerator<GraphNode> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal string Id(int node) => _ids[node].ToString();

    internal int Line(int node) => _lines[node];

    internal TraceCall? Call(int node) => _calls[node];

    internal double Value(int node) => _values[node];

    internal double? Gradient(int node) => _gradients[node];

    internal string? Label(int node) => _labels.GetValueOrDefault(node);

    internal int? Means(int node) => _means.TryGetValue(node, out var meant) ? meant : null;

    internal ArraySegment<int> Operands(int node) => new(_operands, Begin(node), _ends[node] - Begin(node));

    private int Begin(int node) => node == 0 ? 0 : _ends[node - 1];
}

/// <summary>One node of a recorded graph.</summary>
/// <param name="nodes">The graph's nodes.</param>
/// <param name="index">Its index among them.</param>
internal readonly struct GraphNode(TraceNodes nodes, int index)
{
    internal int Index => index;

    /// <summary>Its id as written.</summary>
    internal string Id => nodes.Id(index);

    /// <summary>Its line in the file, counted from 1.</summary>
    internal int Line => nodes.Line(index);

    /// <summary>Its op; null for a leaf.</summary>
    internal TraceCall? Call => nodes.Call(index);

    /// <summary>The op's name in the catalogue; null for a leaf.</summary>
    internal string? Op => Call?.Op;

    /// <summary>The op's settings, such as an exponent or a slope.</summary>
    internal double[] Settings => Call?.Settings ?? [];

    /// <summary>The indices of its operands in the graph, in the op's order; all are before it.</summary>
    internal ArraySegment<int> Operands => nodes.Operands(index);

    /// <summary>Its recorded number.</summary>
    internal double Value => nodes.Value(index);

    /// <summary>Its recorded gradient after the pass; null where none was recorded.</summary>
    internal double? Gradient => nodes.Gradient(index);

    /// <summary>Its name; may be null.</summary>
    internal string? Label => nodes.Label(index);

    /// <summary>The index of the node of what was meant that it stands for; null where that is not known.</summary>
    internal int? Means => nodes.Means(index);

    /// <summary>Numbers of its operands, as recorded.</summary>
    internal double[] Inputs()
    {
        var operands = Operands;
        var numbers = new double[operands.Count];
        for (var k = 0; k < numbers.Length; k++)
            numbers[k] = nodes.Value(operands[k]);
        return numbers;
    }

    /// <summary>Name of the node in messages: <c>node 12 'n' (tanh)</c>.</summary>
    public override string ToString() => $"node {Id}{(Label is { } label ? $" '{label}'" : "")}{(Call is { } call ? $" ({call.Written})" : "")}";
}
