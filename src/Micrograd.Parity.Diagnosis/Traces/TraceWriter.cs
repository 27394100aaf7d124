using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>Writes a trace line by line (docs/trace-format.md). The file appears whole, when all of it is written, or not at all.</summary>
public sealed class TraceWriter
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Stream _stream;
    private readonly ArrayBufferWriter<byte> _line;
    private readonly Utf8JsonWriter _json;
    private int _records;
    private bool _isMeant;
    private bool _isWhole;

    private TraceWriter(Stream stream, ArrayBufferWriter<byte> line, Utf8JsonWriter json) => (_stream, _line, _json) = (stream, line, json);

    /// <summary>Writes a file of graphs.</summary>
    /// <param name="path">The file.</param>
    /// <param name="engine">The engine's name.</param>
    /// <param name="write">Writes the graphs.</param>
    /// <param name="precision">Format in which the engine computes; null to have it inferred from the numbers.</param>
    public static void Graphs(string path, string engine, Action<TraceWriter> write, TracePrecision? precision = null) =>
        WholeFile.Write(path, stream => Graphs(stream, engine, write, precision));

    /// <summary>Writes a file of graphs to a stream.</summary>
    public static void Graphs(Stream stream, string engine, Action<TraceWriter> write, TracePrecision? precision = null) =>
        Write(
            stream,
            TraceFormat.Graph,
            engine,
            trace =>
            {
                if (precision is { } format)
                    trace._json.WriteString(
                        "precision",
                        format == TracePrecision.Binary32 ? TraceFormat.SinglePrecision : TraceFormat.DoublePrecision
                    );
            },
            write
        );

    /// <summary>Writes a training run.</summary>
    /// <param name="path">The file.</param>
    /// <param name="engine">The engine's name.</param>
    /// <param name="training">Text of a training file (docs/training-file.md).</param>
    /// <param name="layout">Layout of the parameters.</param>
    /// <param name="initial">Each parameter before the first step.</param>
    /// <param name="write">Writes the steps.</param>
    /// <exception cref="ArgumentException">The training is no JSON.</exception>
    public static void Training(string path, string engine, string training, ParameterLayout layout, double[] initial, Action<TraceWriter> write)
    {
        using var document = Parse(training);
        WholeFile.Write(path, stream => Write(
                stream,
                TraceFormat.Training,
                engine,
                trace =>
                {
                    trace._json.WritePropertyName("training");
                    document.RootElement.WriteTo(trace._json);
                    trace.ByParameter("parameters", layout, Array.ConvertAll(initial, x => (double?)x));
                },
                write
            ));
    }

    /// <summary>Begins a graph; its nodes follow.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="root">The id of the node that the backward pass started from.</param>
    /// <param name="upstream">The root's own gradient.</param>
    /// <param name="isMeant">True if it is what was meant by the graph that follows it; its ops then need no numbers.</param>
    public void BeginGraph(string name, string root, double upstream = 1, bool isMeant = false)
    {
        _isMeant = isMeant;
        Line(() =>
        {
            _json.WriteString("graph", name);
            _json.WriteString("root", root);
            Number("upstream", upstream);
            if (isMeant)
                _json.WriteBoolean("meant", true);
        });
    }

    /// <summary>Writes a node of the graph that was begun.</summary>
    /// <param name="node">The node; its op is written as <see cref="TraceNode.WrittenOp"/>.</param>
    /// <param name="parents">The ids of its operands.</param>
    /// <param name="means">The id of the node that it stands for in what was meant; null where that is not known.</param>
    public void Node(TraceNode node, IReadOnlyList<string> parents, string? means = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(parents);
        Line(() =>
        {
            _json.WriteString("id", node.Id);
            if (node.WrittenOp is not null)
            {
                _json.WriteString("op", node.WrittenOp);
                _json.WriteStartArray("parents");
                foreach (var parent in parents)
                    _json.WriteStringValue(parent);
                _json.WriteEndArray();
            }

            if (node.Settings.Length > 0)
                Numbers("settings", Array.ConvertAll(node.Settings, x => (double?)x));
            if (node.WrittenOp is null || !_isMeant || !double.IsNaN(node.Value))
                Number("value", node.Value);
            if (node.Gradient is { } gradient)
                Number("gradient", gradient);
            if (node.Label is not null)
                _json.WriteString("label", node.Label);
            if (means is not null)
                _json.WriteString("means", means);
        });
    }

    /// <summary>Writes a step of a training run.</summary>
    public void Step(ParameterLayout layout, PartialStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Line(() =>
        {
            _json.WriteNumber("step", step.Step);
            if (step.Loss is { } loss)
                Number("loss", loss);
            if (step.Outputs is { } outputs)
                Numbers("outputs", Array.ConvertAll(outputs, x => (double?)x));
            ByParameter("gradients", layout, step.Gradients);
            ByParameter("clipped", layout, step.Clipped);
            if (step.LearningRate is { } rate)
                Number("learning_rate", rate);
            ByParameter("parameters", layout, step.Parameters);
            if (step.Optimizer.Count == 0)
                return;
            _json.WriteStartObject("optimizer");
            foreach (var (name, numbers) in step.Optimizer)
                ByParameter(name, layout, numbers);
            _json.WriteEndObject();
        });
    }

    private static JsonDocument Parse(string training)
    {
        try
        {
            return JsonDocument.Parse(training, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"The training is no JSON: {e.Message}", nameof(training), e);
        }
    }

    private static void Write(Stream stream, string kind, string engine, Action<TraceWriter> header, Action<TraceWriter> write)
    {
        var line = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(line, s_options);
        var trace = new TraceWriter(stream, line, json);
        trace.Line(() =>
        {
            trace._json.WriteString("format", TraceFormat.Name);
            trace._json.WriteNumber("version", TraceFormat.Version);
            trace._json.WriteString("kind", kind);
            if (engine.Length > 0)
                trace._json.WriteString("engine", engine);
            header(trace);
        });
        write(trace);
        trace.Line(() => trace._json.WriteNumber("end", trace._records));
        trace._isWhole = true;
    }

    private void Line(Action members)
    {
        if (_isWhole)
            throw new InvalidOperationException("The trace is written: nothing can be added to it.");
        _json.WriteStartObject();
        members();
        _json.WriteEndObject();
        _json.Flush();
        _line.Write("\n"u8);
        _stream.Write(_line.WrittenSpan);
        _line.ResetWrittenCount();
        _json.Reset();
        _records++;
    }

    private void ByParameter(string key, ParameterLayout layout, double?[]? all)
    {
        if (all is null)
            return;
        _json.WriteStartObject(key);
        foreach (var tensor in layout.Tensors)
            Numbers(tensor, layout.Slice(tensor, all));
        _json.WriteEndObject();
    }

    private void Numbers(string key, double?[] numbers)
    {
        _json.WriteStartArray(key);
        foreach (var number in numbers)
            Value(number);
        _json.WriteEndArray();
    }

    private void Number(string key, double number)
    {
        _json.WritePropertyName(key);
        Value(number);
    }

    private void Value(double? number)
    {
        if (number is not { } x)
            _json.WriteNullValue();
        else
            JsonNumber.Write(_json, x);
    }
}
