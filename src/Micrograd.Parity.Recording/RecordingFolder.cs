using System.Buffers;
using System.Text.Json;

namespace Micrograd.Parity.Recording;

/// <summary>The folder that a recording is written to: a step's tensors first, then its line, so that what has a line is whole.</summary>
internal sealed class RecordingFolder : IDisposable
{
    internal const string Index = "index.jsonl";
    internal const string Format = "micrograd-parity-recording";
    internal const int Version = 1;

    private readonly string _path;
    private readonly FileStream _index;

    private RecordingFolder(string path)
    {
        _path = path;
        _index = new FileStream(Path.Combine(path, Index), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
    }

    /// <summary>The name of a run: that which was given, or the folder's.</summary>
    internal static RecordingOptions Named(RecordingOptions options, string path) =>
        options with
        {
            Name = options.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))),
        };

    /// <summary>Begins a recording in a folder that is not there yet or is empty, or has one that may be replaced.</summary>
    /// <exception cref="IOException">The folder holds something else, or cannot be written.</exception>
    internal static RecordingFolder Create(string path, bool overwrite)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var full = Path.GetFullPath(path);
        if (File.Exists(full))
            throw new IOException($"{path} is no folder: a recording needs a folder of its own.");
        if (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any())
        {
            if (!IsRecording(full))
                throw new IOException($"{path} holds something else than a recording: choose another folder.");
            if (!overwrite)
                throw new IOException($"{path} holds a recording already: choose another folder, or set {nameof(RecordingOptions.Overwrite)}.");
            Clear(full);
        }

        Directory.CreateDirectory(full);
        return new RecordingFolder(full);
    }

    public void Dispose() => _index.Dispose();

    /// <summary>Adds a line. Where the disk has no room for it, the lines before stay as they are.</summary>
    internal void WriteLine(string kind, Action<Utf8JsonWriter> write)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            if (kind == "recording")
            {
                json.WriteString("format", Format);
                json.WriteNumber("version", Version);
            }

            write(json);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        var end = _index.Position;
        try
        {
            _index.Write(line.WrittenSpan);
            _index.Flush();
        }
        catch (IOException e)
        {
            throw Failed(Index, e, () => _index.SetLength(end));
        }
    }

    /// <summary>Writes a step: its tensors and its line.</summary>
    internal void WriteStep(int step, StepOptions options, int backwards, IReadOnlyList<string> silent, IReadOnlyList<TensorEntry> tensors)
    {
        WriteTensors($"step-{step}.safetensors", tensors);
        WriteLine("step", json =>
        {
            json.WriteNumber("step", step);
            json.WriteStartArray("lr");
            foreach (var rate in options.Rates)
                JsonParts.Write(json, rate);
            json.WriteEndArray();
            if (options.Changed.Any(changed => changed.Count > 0))
            {
                json.WriteStartArray("options");
                foreach (var changed in options.Changed)
                    JsonParts.WriteOptions(json, changed);
                json.WriteEndArray();
            }

            json.WriteNumber("backwards", backwards);
            if (silent.Count > 0)
                JsonParts.WriteTexts(json, "silent", silent);
            JsonParts.WriteEntries(json, tensors);
        });
    }

    /// <summary>Writes a file of tensors, those of the entries that keep all numbers, and gives them their keys.</summary>
    internal void WriteTensors(string name, IReadOnlyList<TensorEntry> entries)
    {
        var kept = entries
            .Where(entry => entry.SameAs is null && entry.Content?.Numbers is not null)
            .OrderByDescending(entry => entry.Content!.Numbers!.ElementSize)
            .ToList();
        for (var i = 0; i < kept.Count; i++)
            kept[i].Content!.Key = $"{i}.{kept[i].Quantity}.{kept[i].Of}{(kept[i].State is { } state ? $".{state}" : "")}";
        if (kept.Count == 0)
            return;
        var file = Path.Combine(_path, name);
        var part = $"{file}.part";
        try
        {
            using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write))
                TensorWriter.Write(stream, kept);
            File.Move(part, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(name, e, () => File.Delete(part));
        }
    }

    private IOException Failed(string file, Exception reason, Action repair)
    {
        try
        {
            repair();
        }
        catch (IOException)
        {
            // A line that is cut short is not read, and neither is a file without a line.
        }

        return new IOException($"{Path.Combine(_path, file)} cannot be written: {reason.Message} The steps before can be read.", reason);
    }

    private static bool IsRecording(string folder)
    {
        var index = Path.Combine(folder, Index);
        if (!File.Exists(index))
            return false;
        try
        {
            using var reader = new StreamReader(index);
            var line = new char[4096];
            var first = new string(line, 0, reader.ReadBlock(line)).Split('\n')[0];
            using var json = JsonDocument.Parse(first);
            return json.RootElement.TryGetProperty("format", out var format)
                && format.ValueKind == JsonValueKind.String
                && format.GetString() == Format;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void Clear(string folder)
    {
        string[] own =
        [
            Path.Combine(folder, Index),
            Path.Combine(folder, "initial.safetensors"),
            .. Directory.EnumerateFiles(folder, "step-*.safetensors"),
            .. Directory.EnumerateFiles(folder, "*.safetensors.part"),
        ];
        if (Directory.EnumerateFileSystemEntries(folder).Except(own).FirstOrDefault() is { } other)
            throw new IOException($"{folder} holds more than a recording, {Path.GetFileName(other)}: choose another folder.");
        foreach (var file in own)
            File.Delete(file);
    }
}
