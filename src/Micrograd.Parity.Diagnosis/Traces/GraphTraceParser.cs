using System.Globalization;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>Reads the lines of a file of graphs after its first, one graph at a time.</summary>
internal sealed class GraphTraceParser(TraceLines lines, OpCatalogue ops, bool isFloat32)
{
    private readonly WrittenOps _written = new(ops);
    private GraphLine _begun;
    private bool _isBegun;
    private bool _isDone;
    private int _number;
    private TraceNodes? _meant;

    /// <summary>Reads the next graph, together with what was meant by it if that stands before it; null after the last.</summary>
    internal GraphTrace? Next()
    {
        if (_isDone)
            return null;
        var (graph, isMeant) = NextOfAny();
        if (graph is null || !isMeant)
            return graph;
        var (recorded, isMeantAgain) = _isDone ? default : NextOfAny();
        _meant = null;
        return recorded is null || isMeantAgain
            ? throw lines.Wrong($"after what was meant by '{graph.Name}' must come the graph that was recorded of it.")
            : recorded with
            {
                Meant = graph,
            };
    }

    private (GraphTrace? Graph, bool IsMeant) NextOfAny()
    {
        var nodes = new TraceNodes();
        var begun = _isBegun ? _begun : default;
        while (lines.TryRead(out var bytes))
        {
            var line = GraphLine.Read(lines, bytes, isFloat32);
            if (line.End is { } records)
            {
                CheckEnd(line, records);
                _isDone = true;
                return nodes.Count > 0 ? (Finish(begun, nodes), begun.IsMeant)
                    : _isBegun || _number == 0 ? throw lines.Wrong("the graph before has no nodes.")
                    : default;
            }

            if (line.Graph is not null)
            {
                line.CheckBelongs(lines, "graph", "graph", "root", "upstream", "meant");
                if (_isBegun && nodes.Count == 0)
                    throw lines.Wrong("the graph before has no nodes.");
                (_begun, _isBegun) = (line, true);
                if (nodes.Count > 0)
                    return (Finish(begun, nodes), begun.IsMeant);
                begun = line;
                continue;
            }

            if (line.Id is null)
                throw lines.Wrong("a line must be a node with an \"id\", the beginning of a graph (\"graph\"), or the \"end\".");
            line.CheckBelongs(lines, "node", "id", "op", "parents", "settings", "index", "straight_through", "value", "gradient", "label", "means");
            Add(nodes, line, begun.IsMeant);
        }

        throw lines.Wrong($"the file ends without its last line {{\"end\": {lines.Records}}}: it is cut off, or the recorder was not closed.");
    }

    private void CheckEnd(in GraphLine line, int records)
    {
        line.CheckBelongs(lines, "end", "end");
        if (records != lines.Records - 1)
            throw lines.Wrong($"the end says that {records} lines come before it, but there are {lines.Records - 1}: lines were lost or added.");
        if (lines.TryRead(out _))
            throw lines.Wrong("there is something after the end. A file holds one trace.");
    }

    private GraphTrace Finish(in GraphLine begun, TraceNodes nodes)
    {
        _number++;
        var root = nodes.Count - 1;
        if (begun.Root is { } written && !nodes.TryFind(written, out root))
            throw lines.Wrong($"the root {written} is no node of the graph.", begun.Number);
        var name = begun.Graph ?? _number.ToString(CultureInfo.InvariantCulture);
        var graph = new GraphTrace(name, nodes, root, begun.Upstream ?? 1);
        if (begun.IsMeant)
            _meant = nodes;
        return graph;
    }

    private void Add(TraceNodes nodes, in GraphLine line, bool isMeant)
    {
        var isLeaf = string.IsNullOrEmpty(line.Op);
        var value = line.Value ?? (isMeant && !isLeaf ? double.NaN : throw lines.Wrong($"node {line.Id} has no \"value\"."));
        if (isMeant && line.Gradient is not null)
            throw lines.Wrong($"node {line.Id} of what was meant has a gradient. PyTorch computes it: leave it out.");
        var parents = line.Parents ?? [];
        if (isLeaf && parents.Count > 0)
            throw lines.Wrong($"node {line.Id} has parents, but no \"op\".");
        if (isLeaf && (line.Settings is not null || line.Index is not null || line.IsStraightThrough))
            throw lines.Wrong($"node {line.Id} has settings, but no \"op\".");
        var means = Meant(line);
        var operands = parents.Count == 0 ? [] : new int[parents.Count];
        for (var k = 0; k < operands.Length; k++)
        {
            if (parents[k] == line.Id)
                throw lines.Wrong($"node {line.Id} is its own parent.");
            if (!nodes.TryFind(parents[k], out operands[k]))
            {
                throw lines.Wrong(
                    $"node {line.Id} has the parent {parents[k]}, which is in no line before it. Write each node after its parents; a cycle has no such order."
                );
            }
        }

        if (!nodes.TryAdd(line.Id!.Value, lines.Number, Call(line, operands.Length), operands, value, line.Gradient, line.Label, means))
        {
            var before = nodes.TryFind(line.Id.Value, out var index) ? nodes[index].Line : 0;
            throw lines.Wrong($"the id {line.Id} was given before, in line {before}. Each node of a graph needs an id of its own.");
        }
    }

    private TraceCall? Call(in GraphLine line, int operands) =>
        string.IsNullOrEmpty(line.Op) ? null
        : _written.Find(new WrittenOp(line.Op, operands, line.Settings, line.Index, line.IsStraightThrough), out var problem) is { } call ? call
        : throw lines.Wrong(problem);

    private int? Meant(in GraphLine line)
    {
        if (line.Means is not { } means)
            return null;
        if (_meant is null)
            throw lines.Wrong("'means' names a node of what was meant, a graph with \"meant\": true before this one; there is none.");
        return _meant.TryFind(means, out var meant) ? meant : throw lines.Wrong($"node {line.Id} means {means}, which is no node of what was meant.");
    }
}
