using System.Buffers.Binary;
using System.Text;

namespace Micrograd;

/// <summary>Lays tensors out in the safetensors format: the header's length, the header in JSON, the numbers.</summary>
internal static class SafetensorsWriter
{
    internal static byte[] Bytes(IReadOnlyList<StoredTensor> tensors)
    {
        Check(tensors);
        var header = SafetensorsHeader.Write(Entries(tensors));
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

    private static IEnumerable<StoredEntry> Entries(IReadOnlyList<StoredTensor> tensors)
    {
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            var begin = offset;
            offset += sizeof(double) * (long)tensor.Numbers.Length;
            yield return new StoredEntry(tensor.Name, "F64", [.. tensor.Shape], begin, offset);
        }
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
