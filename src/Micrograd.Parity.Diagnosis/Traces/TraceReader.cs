using System.Text.Json;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>
/// Reads a trace line by line (docs/trace-format.md): a file of graphs one graph at a time, a training run whole. What is broken is refused
/// with its line.
/// </summary>
internal sealed class TraceReader : IDisposable
{
    private static readonly string[] s_headerKeys = ["format", "version", "kind", "engine", "precision", "training", "parameters"];

    private readonly Stream _stream;
    private readonly TraceLines _lines;
    private readonly string _file;
    private readonly OpCatalogue _ops;
    private readonly Func<TrainingSpec, TrainingRun> _runs;
    private readonly TrainingTraceParser? _training;

    private TraceReader(Stream stream, string file, OpCatalogue ops, TrainingParts parts, Func<TrainingSpec, TrainingRun> runs)
    {
        (_stream, _file, _ops, _runs) = (stream, file, ops, runs);
        _lines = new TraceLines(stream, Path.GetFileName(file));
        if (!_lines.TryRead(out var line))
            throw _lines.Wrong(
                $"the file is empty. A trace begins with {{\"format\": \"{TraceFormat.Name}\", \"version\": 1, \"kind\": \"graph\"}}."
            );
        using var document = Parse(line);
        var header = document.RootElement;
        if (
            header.ValueKind != JsonValueKind.Object
            || !header.TryGetProperty("format", out var format)
            || format.ValueKind != JsonValueKind.String
            || format.GetString() != TraceFormat.Name
        )
        {
            throw _lines.Wrong($"this is no trace: its first line must be an object with \"format\": \"{TraceFormat.Name}\".");
        }

        foreach (var member in header.EnumerateObject())
        {
            if (!s_headerKeys.Contains(member.Name))
                throw _lines.Wrong(
                    $"the first line has no '{member.Name}'{Nearest.Ending(member.Name, s_headerKeys)} Its keys: {string.Join(", ", s_headerKeys)}."
                );
        }

        if (
            !header.TryGetProperty("version", out var version)
            || version.ValueKind != JsonValueKind.Number
            || !version.TryGetInt32(out var number)
            || number != TraceFormat.Version
        )
        {
            throw _lines.Wrong(
                $"this reader knows version {TraceFormat.Version} of the format, and no other: write \"version\": {TraceFormat.Version}."
            );
        }

        Engine = Word(header, "engine", null) ?? "";
        IsFloat32 = Word(header, "precision", [TraceFormat.DoublePrecision, TraceFormat.SinglePrecision]) is { } precision
            ? precision == TraceFormat.SinglePrecision
            : null;
        Kind = Word(header, "kind", [TraceFormat.Graph, TraceFormat.Training])
            ?? throw _lines.Wrong($"the first line must have a \"kind\": \"{TraceFormat.Graph}\" or \"{TraceFormat.Training}\".");
        if (Kind == TraceFormat.Training)
            _training = new TrainingTraceParser(_lines, header, _file, parts, _runs, IsFloat32 ?? false);
        else if (header.TryGetProperty("training", out _) || header.TryGetProperty("parameters", out _))
            throw _lines.Wrong($"'training' and 'parameters' belong to a trace of the kind \"{TraceFormat.Training}\".");
    }

    /// <summary><see cref="TraceFormat.Graph"/> or <see cref="TraceFormat.Training"/>.</summary>
    public string Kind { get; }

    /// <summary>The engine's name, as the file gives it; may be empty.</summary>
    public string Engine { get; }

    /// <summary>True if the file states that its engine computes in float32, false if it states float64; null if it states nothing.</summary>
    public bool? IsFloat32 { get; }

    /// <summary>Opens a trace and reads its first line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ops">The ops that graphs may have.</param>
    /// <param name="parts">The losses, optimizers and activations that training runs may have.</param>
    /// <param name="runs">Creates the training run that a header describes.</param>
    /// <exception cref="TraceFormatException">It cannot be read, or its first line is not as it must be.</exception>
    public static TraceReader Open(string path, OpCatalogue ops, TrainingParts parts, Func<TrainingSpec, TrainingRun> runs)
    {
        try
        {
            return Open(InputFile.Open(path), path, ops, parts, runs);
        }
        catch (InputFileException e)
        {
            throw new TraceFormatException(e.Message, e);
        }
    }

    /// <summary>Opens a trace in a stream, which the reader then owns.</summary>
    /// <param name="stream">The trace.</param>
    /// <param name="file">Its name in messages; paths in its header are relative to this file's folder.</param>
    /// <param name="ops">The ops that graphs may have.</param>
    /// <param name="parts">The losses, optimizers and activations that training runs may have.</param>
    /// <param name="runs">Creates the training run that a header describes.</param>
    /// <exception cref="TraceFormatException">Its first line is not as it must be.</exception>
    public static TraceReader Open(Stream stream, string file, OpCatalogue ops, TrainingParts parts, Func<TrainingSpec, TrainingRun> runs)
    {
        try
        {
            return new TraceReader(stream, file, ops, parts, runs);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads the graphs of a file of graphs, each when it is asked for. That the file is whole is known only after the last.</summary>
    /// <param name="progress">Called from time to time with the fraction of the file read (0 to 1).</param>
    /// <param name="cancellation">Cancels the reading.</param>
    /// <exception cref="TraceFormatException">A line is not as it must be.</exception>
    public IEnumerable<GraphTrace> Graphs(Action<double>? progress = null, CancellationToken cancellation = default)
    {
        _lines.Watch(progress, cancellation);
        var parser = new GraphTraceParser(_lines, _ops, IsFloat32 ?? false);
        while (parser.Next() is { } graph)
            yield return graph;
    }

    /// <summary>Reads the run of a training file.</summary>
    /// <param name="cancellation">Cancels the reading.</param>
    /// <exception cref="TraceFormatException">A line is not as it must be.</exception>
    public TrainingTrace Training(CancellationToken cancellation = default)
    {
        _lines.Watch(null, cancellation);
        return _training?.Read() ?? throw new InvalidOperationException("This is a trace of graphs.");
    }

    public void Dispose() => _stream.Dispose();

    private JsonDocument Parse(ReadOnlySpan<byte> line) => TraceJson.Parse(_lines, line);

    private string? Word(JsonElement header, string key, string[]? words)
    {
        if (!header.TryGetProperty(key, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.String)
            throw _lines.Wrong($"'{key}' must be a text.");
        var word = value.GetString()!;
        return words is null || words.Contains(word)
            ? word
            : throw _lines.Wrong($"'{key}' must be one of {string.Join(", ", words)}, but is \"{word}\"{Nearest.Ending(word, words)}");
    }
}
