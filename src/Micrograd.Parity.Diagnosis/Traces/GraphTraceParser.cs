using System.Globalization;
using System.Text.Json;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>Reads the lines of a file of graphs after its first, one graph at a time.</summary>
internal sealed class GraphTraceParser(TraceLines lines, OpCatalogue ops, bool isFloat32)
{
    private static readonly string[] s_keys = ["id", "op", "parents", "settings", "value", "gradient", "label", "graph", "root", "upstream", "end"];

    private readonly WrittenOps _written = new(ops);
    private Line _begun;
    private bool _isBegun;
    private bool _isDone;
    private int _number;

    /// <summary>Fields of a line of any kind.</summary>
    private struct Line
    {
        internal string? Id;
        internal string? Op;
        internal List<string>? Parents;
        internal double[]? Settings;
        internal double? Value;
        internal double? Gradient;
        internal string? Label;
        internal string? Graph;
        internal string? Root;
        internal double? Upstream;
        internal int? End;
        internal int Number;
        internal int Given;
    }

    /// <summary>Reads the next graph; null after the last.</summary>
    internal GraphTrace? Next()
    {
        if (_isDone)
            return null;
        var (nodes, byId) = (new List<TraceNode>(), new Dictionary<string, int>(StringComparer.Ordinal));
        var begun = _isBegun ? _begun : default;
        while (lines.TryRead(out var bytes))
        {
            var line = Read(bytes);
            if (line.End is { } records)
            {
                CheckEnd(line, records);
                _isDone = true;
                return nodes.Count > 0 ? Finish(begun, nodes, byId)
                    : _isBegun || _number == 0 ? throw lines.Wrong("the graph before has no nodes.")
                    : null;
            }

            if (line.Graph is not null)
            {
                CheckBelongs(line, "graph", "graph", "root", "upstream");
                if (_isBegun && nodes.Count == 0)
                    throw lines.Wrong("the graph before has no nodes.");
                (_begun, _isBegun) = (line, true);
                if (nodes.Count > 0)
                    return Finish(begun, nodes, byId);
                begun = line;
                continue;
            }

            if (line.Id is null)
                throw lines.Wrong("a line must be a node with an \"id\", the beginning of a graph (\"graph\"), or the \"end\".");
            CheckBelongs(line, "node", "id", "op", "parents", "settings", "value", "gradient", "label");
            nodes.Add(Node(line, byId));
            if (!byId.TryAdd(line.Id, nodes.Count - 1))
                throw lines.Wrong(
                    $"the id {line.Id} was given before, in line {nodes[byId[line.Id]].Line}. Each node of a graph needs an id of its own."
                );
        }

        throw lines.Wrong($"the file ends without its last line {{\"end\": {lines.Records}}}: it is cut off, or the recorder was not closed.");
    }

    private void CheckEnd(in Line line, int records)
    {
        CheckBelongs(line, "end", "end");
        if (records != lines.Records - 1)
            throw lines.Wrong($"the end says that {records} lines come before it, but there are {lines.Records - 1}: lines were lost or added.");
        if (lines.TryRead(out _))
            throw lines.Wrong("there is something after the end. A file holds one trace.");
    }

    private GraphTrace Finish(in Line begun, List<TraceNode> nodes, Dictionary<string, int> byId)
    {
        _number++;
        var root = nodes.Count - 1;
        if (begun.Root is { } written && !byId.TryGetValue(written, out root))
            throw lines.Wrong($"the root {written} is no node of the graph.", begun.Number);
        var name = begun.Graph ?? _number.ToString(CultureInfo.InvariantCulture);
        return new GraphTrace(name, nodes, root, begun.Upstream ?? 1);
    }

    private TraceNode Node(in Line line, Dictionary<string, int> byId)
    {
        var value = line.Value ?? throw lines.Wrong($"node {line.Id} has no \"value\".");
        var parents = line.Parents ?? [];
        if (string.IsNullOrEmpty(line.Op))
        {
            if (parents.Count > 0)
                throw lines.Wrong($"node {line.Id} has parents, but no \"op\".");
            if (line.Settings is not null)
                throw lines.Wrong($"node {line.Id} has settings, but no \"op\".");
            return new TraceNode(line.Id!, lines.Number)
            {
                Value = value,
                Gradient = line.Gradient,
                Label = line.Label,
            };
        }

        var operands = new int[parents.Count];
        for (var k = 0; k < operands.Length; k++)
        {
            if (parents[k] == line.Id)
                throw lines.Wrong($"node {line.Id} is its own parent.");
            if (!byId.TryGetValue(parents[k], out operands[k]))
            {
                throw lines.Wrong(
                    $"node {line.Id} has the parent {parents[k]}, which is in no line before it. Write each node after its parents; a cycle has no such order."
                );
            }
        }

        var settings = line.Settings;
        var op = _written.Find(line.Op, operands.Length, ref settings, out var problem) ?? throw lines.Wrong(problem);
        return new TraceNode(line.Id!, lines.Number)
        {
            Op = op.Name,
            WrittenOp = line.Op,
            Settings = settings!,
            Operands = operands,
            Value = value,
            Gradient = line.Gradient,
            Label = line.Label,
        };
    }

    private void CheckBelongs(in Line line, string what, params ReadOnlySpan<string> keys)
    {
        for (var k = 0; k < s_keys.Length; k++)
        {
            if ((line.Given >> k & 1) != 0 && !keys.Contains(s_keys[k]))
                throw lines.Wrong($"'{s_keys[k]}' does not belong to a line with \"{keys[0]}\" ({what}): its keys are {string.Join(", ", keys)}.");
        }
    }

    private Line Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Members(bytes);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw TraceJson.NoJson(lines, e);
        }
    }

    private Line Members(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        var line = new Line { Number = lines.Number };
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw lines.Wrong("a line must be an object, in braces.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = Key(ref reader);
            reader.Read();
            if ((line.Given >> key & 1) != 0)
                throw lines.Wrong($"'{s_keys[key]}' is given twice.");
            line.Given |= 1 << key;
            Member(ref reader, key, ref line);
        }

        // Anything after the object is an error of its own.
        while (reader.Read()) { }

        return line;
    }

    private int Key(ref Utf8JsonReader reader)
    {
        for (var k = 0; k < s_keys.Length; k++)
        {
            if (reader.ValueTextEquals(s_keys[k]))
                return k;
        }

        var key = reader.GetString()!;
        throw lines.Wrong($"there is no '{key}'{Nearest.Ending(key, s_keys)} Known are {string.Join(", ", s_keys)}.");
    }

    private void Member(ref Utf8JsonReader reader, int key, ref Line line)
    {
        switch (s_keys[key])
        {
            case "id":
                line.Id = Id(ref reader, "id");
                break;
            case "op":
                line.Op = reader.TokenType == JsonTokenType.Null ? null : Text(ref reader, "op");
                break;
            case "parents":
                line.Parents = [];
                for (StartList(ref reader, "parents"); reader.Read() && reader.TokenType != JsonTokenType.EndArray; )
                    line.Parents.Add(Id(ref reader, "parents"));
                break;
            case "settings":
                var settings = new List<double>();
                for (StartList(ref reader, "settings"); reader.Read() && reader.TokenType != JsonTokenType.EndArray; )
                    settings.Add(Finite(ref reader, "settings"));
                line.Settings = [.. settings];
                break;
            case "value":
                line.Value = TraceJson.Number(lines, ref reader, "value", isFloat32);
                break;
            case "gradient":
                line.Gradient = reader.TokenType == JsonTokenType.Null ? null : TraceJson.Number(lines, ref reader, "gradient", isFloat32);
                break;
            case "label":
                line.Label = reader.TokenType == JsonTokenType.Null ? null : Text(ref reader, "label");
                break;
            case "graph":
                line.Graph = Id(ref reader, "graph");
                break;
            case "root":
                line.Root = Id(ref reader, "root");
                break;
            case "upstream":
                line.Upstream = TraceJson.Number(lines, ref reader, "upstream", isFloat32: false);
                break;
            default:
                line.End =
                    reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var records) && records > 0
                        ? records
                        : throw lines.Wrong("'end' must be the number of lines before it.");
                break;
        }
    }

    private double Finite(ref Utf8JsonReader reader, string key)
    {
        var number = TraceJson.Number(lines, ref reader, key, isFloat32: false);
        return double.IsFinite(number) ? number : throw lines.Wrong($"'{key}' must be finite, but has {TraceJson.Shown(number)}.");
    }

    private void StartList(ref Utf8JsonReader reader, string key)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw lines.Wrong($"'{key}' must be a list, in brackets.");
    }

    private string Text(ref Utf8JsonReader reader, string key) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw lines.Wrong($"'{key}' must be a text.");

    private string Id(ref Utf8JsonReader reader, string key)
    {
        if (reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 0 } text)
            return text;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : throw lines.Wrong($"'{key}' must hold {(key == "parents" ? "ids: texts or whole numbers" : "a text or a whole number")}.");
    }
}
