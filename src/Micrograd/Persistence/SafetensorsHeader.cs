using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Micrograd;

/// <summary>A tensor of a safetensors file: where its bytes lie behind the header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dtype">Type of its elements, under the format's name.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Begin">Offset of its first byte.</param>
/// <param name="End">Offset behind its last byte.</param>
internal sealed record StoredEntry(string Name, string Dtype, IReadOnlyList<long> Shape, long Begin, long End);

/// <summary>The header of the safetensors format. What is read of it is not trusted: every length is checked before it is used.</summary>
internal static class SafetensorsHeader
{
    internal const string Metadata = "__metadata__";

    /// <summary>The greatest header that the format's own library reads.</summary>
    private const long GreatestHeader = 100_000_000;

    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private static readonly Dictionary<string, int> s_bytes = new()
    {
        ["F64"] = 8,
        ["F32"] = 4,
        ["F16"] = 2,
        ["BF16"] = 2,
        ["I64"] = 8,
        ["I32"] = 4,
        ["I16"] = 2,
        ["I8"] = 1,
        ["U8"] = 1,
        ["BOOL"] = 1,
    };

    /// <summary>The header of tensors, with spaces behind it so that the numbers begin at a multiple of 8.</summary>
    internal static ReadOnlySpan<byte> Write(IEnumerable<StoredEntry> entries)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var entry in entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", entry.Dtype);
                WriteNumbers(json, "shape", entry.Shape);
                WriteNumbers(json, "data_offsets", [entry.Begin, entry.End]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.WrittenCount % sizeof(double) != 0)
            buffer.Write(" "u8);
        return buffer.WrittenSpan;
    }

    /// <summary>Reads the header at the beginning of a file.</summary>
    /// <returns>The tensors, and the place in the file that their offsets count from.</returns>
    /// <exception cref="InvalidDataException">It is damaged; the message says how.</exception>
    internal static (List<StoredEntry> Entries, long Start) Read(Stream file)
    {
        if (file.Length < sizeof(long))
            throw new InvalidDataException($"the file has {file.Length} bytes, too few for the length of a header.");
        var prefix = new byte[sizeof(long)];
        file.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        CheckLength(length, file.Length);
        var header = new byte[length];
        file.ReadExactly(header);
        return (Read(header, file.Length - file.Position), file.Position);
    }

    /// <summary>Refuses the length of a header that cannot be one.</summary>
    /// <exception cref="InvalidDataException">The file cannot have a header of this length.</exception>
    internal static void CheckLength(long length, long file)
    {
        if (length is < 2 or > GreatestHeader)
            throw new InvalidDataException($"the header's length is given as {(ulong)length}: this is no safetensors file.");
        if (length > file - sizeof(long))
            throw new InvalidDataException($"the file ends within the header, which should have {length} bytes.");
    }

    /// <summary>The tensors, in the order in which their bytes lie in the file.</summary>
    /// <param name="header">The header.</param>
    /// <param name="available">Number of bytes behind it.</param>
    /// <param name="demand">Refuses a tensor by its name, type and shape, before anything else is looked at.</param>
    /// <exception cref="InvalidDataException">It is damaged; the message says how.</exception>
    internal static List<StoredEntry> Read(ReadOnlyMemory<byte> header, long available, Action<string, string, IReadOnlyList<long>>? demand = null)
    {
        var entries = Entries(header, demand);
        CheckCover(entries, available);
        return entries;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static List<StoredEntry> Entries(ReadOnlyMemory<byte> header, Action<string, string, IReadOnlyList<long>>? demand)
    {
        if (header.Span[0] != '{')
            throw new InvalidDataException("the header does not begin with {.");
        try
        {
            using var json = JsonDocument.Parse(header, s_strict);
            var tensors = json.RootElement.EnumerateObject().Where(property => property.Name != Metadata);
            return [.. tensors.Select(tensor => ReadEntry(tensor, demand)).OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"the header is no valid JSON: {e.Message}", e);
        }
    }

    private static StoredEntry ReadEntry(JsonProperty property, Action<string, string, IReadOnlyList<long>>? demand)
    {
        var name = property.Name;
        if (property.Value.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"the header does not describe {name}.");
        var type = Field("dtype", JsonValueKind.String).GetString()!;
        if (!s_bytes.TryGetValue(type, out var size))
            throw new InvalidDataException($"{name} holds {type}, which is none of {string.Join(", ", s_bytes.Keys)}.");
        var shape = Integers("shape");
        demand?.Invoke(name, type, shape);
        var offsets = Integers("data_offsets");
        if (offsets.Count != 2 || offsets[0] > offsets[1])
            throw new InvalidDataException($"{name} has offsets that are no beginning and end.");
        Int128 bytes = size;
        foreach (var length in shape)
            bytes = bytes * length <= long.MaxValue ? bytes * length : throw TooLarge();
        if (bytes != offsets[1] - offsets[0])
            throw new InvalidDataException($"{name} has {offsets[1] - offsets[0]} bytes, but its shape needs {bytes}.");
        return new StoredEntry(name, type, shape, offsets[0], offsets[1]);

        JsonElement Field(string field, JsonValueKind kind) =>
            property.Value.TryGetProperty(field, out var value) && value.ValueKind == kind
                ? value
                : throw new InvalidDataException($"{name} has no valid {field}.");

        List<long> Integers(string field) =>
            [
                .. Field(field, JsonValueKind.Array)
                    .EnumerateArray()
                    .Select(item =>
                        item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var integer) && integer >= 0
                            ? integer
                            : throw new InvalidDataException($"{name} has no valid {field}.")
                    ),
            ];

        InvalidDataException TooLarge() => new($"{name} has a shape too large for any file.");
    }

    /// <summary>The tensors must fill the numbers exactly: no hole, no overlap, nothing behind.</summary>
    private static void CheckCover(List<StoredEntry> entries, long available)
    {
        long end = 0;
        foreach (var entry in entries)
        {
            if (entry.Begin < end)
                throw new InvalidDataException($"{entry.Name} overlaps another tensor.");
            if (entry.Begin > end)
                throw new InvalidDataException($"there are {entry.Begin - end} bytes before {entry.Name} that belong to no tensor.");
            end = entry.End;
        }

        if (end > available)
            throw new InvalidDataException($"the file is cut short: {end - available} bytes of its numbers are missing.");
        if (end < available)
            throw new InvalidDataException($"there are {available - end} bytes behind the last tensor.");
    }
}
