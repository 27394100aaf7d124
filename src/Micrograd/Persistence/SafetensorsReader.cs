using System.Buffers.Binary;
using System.Text.Json;

namespace Micrograd;

/// <summary>Reads the safetensors format and trusts nothing in it: every length is checked before it is used.</summary>
internal static class SafetensorsReader
{
    internal const string Metadata = "__metadata__";

    /// <summary>The greatest header that the format's own library reads.</summary>
    private const long GreatestHeader = 100_000_000;

    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    internal static IReadOnlyList<StoredTensor> Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length < sizeof(long))
            throw new InvalidDataException($"the file has {file.Length} bytes, too few for the length of a header.");
        var length = BinaryPrimitives.ReadInt64LittleEndian(file.Span);
        if (length is < 2 or > GreatestHeader)
            throw new InvalidDataException($"the header's length is given as {(ulong)length}: this is no safetensors file.");
        if (length > file.Length - sizeof(long))
            throw new InvalidDataException($"the file ends within the header, which should have {length} bytes.");
        var header = file.Slice(sizeof(long), (int)length);
        var numbers = file[(sizeof(long) + (int)length)..];
        var entries = Entries(header);
        CheckCover(entries, numbers.Length);
        return [.. entries.Select(e => new StoredTensor(e.Name, e.Shape, Numbers(numbers.Span[(int)e.Begin..(int)e.End])))];
    }

    private static List<Entry> Entries(ReadOnlyMemory<byte> header)
    {
        if (header.Span[0] != '{')
            throw new InvalidDataException("the header does not begin with {.");
        try
        {
            using var json = JsonDocument.Parse(header, s_strict);
            var tensors = json.RootElement.EnumerateObject().Where(property => property.Name != Metadata);
            return [.. tensors.Select(ReadEntry).OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"the header is no valid JSON: {e.Message}", e);
        }
    }

    private static Entry ReadEntry(JsonProperty property)
    {
        var name = property.Name;
        if (property.Value.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"the header does not describe {name}.");
        var type = Field("dtype", JsonValueKind.String).GetString();
        if (type != "F64")
            throw new InvalidDataException($"{name} holds {type}, not doubles (F64): save the model in double precision.");
        var shape = Integers("shape").Select(size => size <= int.MaxValue ? (int)size : throw TooLarge()).ToList();
        var offsets = Integers("data_offsets");
        if (offsets.Count != 2 || offsets[0] > offsets[1])
            throw new InvalidDataException($"{name} has offsets that are no beginning and end.");
        Int128 bytes = sizeof(double);
        foreach (var size in shape)
            bytes = bytes * size <= long.MaxValue ? bytes * size : throw TooLarge();
        if (bytes != offsets[1] - offsets[0])
            throw new InvalidDataException($"{name} has {offsets[1] - offsets[0]} bytes, but its shape needs {bytes}.");
        return new Entry(name, shape, offsets[0], offsets[1]);

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
    private static void CheckCover(List<Entry> entries, long available)
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

    private static double[] Numbers(ReadOnlySpan<byte> bytes)
    {
        var numbers = new double[bytes.Length / sizeof(double)];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * sizeof(double))..]);
        return numbers;
    }

    private sealed record Entry(string Name, IReadOnlyList<int> Shape, long Begin, long End);
}
