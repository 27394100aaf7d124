using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Micrograd;

/// <summary>Lays tensors out in the safetensors format: the header's length, the header in JSON, the numbers.</summary>
internal static class SafetensorsWriter
{
    internal static byte[] Bytes(IReadOnlyList<StoredTensor> tensors)
    {
        Check(tensors);
        var header = Header(tensors);
        var start = sizeof(long) + header.Length;
        var bytes = new byte[checked(start + sizeof(double) * tensors.Sum(tensor => tensor.Numbers.Length))];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes.AsSpan(sizeof(long)));
        foreach (var tensor in tensors)
        {
            foreach (var number in tensor.Numbers.Span)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(start), number);
                start += sizeof(double);
            }
        }

        return bytes;
    }

    /// <summary>The header, with spaces behind it so that the numbers begin at a multiple of their size.</summary>
    private static ReadOnlySpan<byte> Header(IReadOnlyList<StoredTensor> tensors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            long offset = 0;
            json.WriteStartObject();
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", "F64");
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += sizeof(double) * (long)tensor.Numbers.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.WrittenCount % sizeof(double) != 0)
            buffer.Write(" "u8);
        return buffer.WrittenSpan;
    }

    private static void Check(IReadOnlyList<StoredTensor> tensors)
    {
        var names = new HashSet<string>();
        foreach (var tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"The name {tensor.Name} comes twice.", nameof(tensors));
            if (tensor.Name == SafetensorsHeader.Metadata)
                throw new ArgumentException($"The format keeps the name {tensor.Name} for itself.", nameof(tensors));
            if (Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(tensor.Name)) != tensor.Name)
                throw new ArgumentException($"The name {tensor.Name} is no Unicode text.", nameof(tensors));
            if (tensor.Shape.Aggregate(1L, (product, size) => product * size) != tensor.Numbers.Length)
                throw new ArgumentException($"{tensor.Numbers.Length} numbers do not fill the shape of {tensor.Name}.", nameof(tensors));
        }
    }
}
