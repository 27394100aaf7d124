using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Micrograd.Parity.Recording;

/// <summary>Writes tensors of any type in the safetensors format, straight from where they lie.</summary>
internal static class TensorWriter
{
    internal static void Write(Stream stream, IReadOnlyList<TensorEntry> entries)
    {
        var header = Header(entries);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var entry in entries)
            entry.Content!.Numbers!.Read(stream.Write);
    }

    /// <summary>The header, with spaces behind it so that the numbers begin at a multiple of 8.</summary>
    private static ReadOnlySpan<byte> Header(IReadOnlyList<TensorEntry> entries)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            var offset = 0L;
            json.WriteStartObject();
            foreach (var entry in entries)
            {
                json.WriteStartObject(entry.Content!.Key!);
                json.WriteString("dtype", DTypes.Stored(entry.DType!));
                JsonParts.WriteShape(json, entry.Shape);
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += entry.Content.Numbers!.Bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.WrittenCount % sizeof(double) != 0)
            buffer.Write(" "u8);
        return buffer.WrittenSpan;
    }
}
