using System.Buffers.Binary;

namespace Micrograd.Parity.Recording;

/// <summary>Writes tensors of any type in the safetensors format, straight from where they lie.</summary>
internal static class TensorWriter
{
    internal static void Write(Stream stream, IReadOnlyList<TensorEntry> entries)
    {
        var header = SafetensorsHeader.Write(Stored(entries));
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var entry in entries)
            entry.Content!.Numbers!.Read(stream.Write);
    }

    private static IEnumerable<StoredEntry> Stored(IReadOnlyList<TensorEntry> entries)
    {
        var offset = 0L;
        foreach (var entry in entries)
        {
            var begin = offset;
            offset += entry.Content!.Numbers!.Bytes;
            yield return new StoredEntry(entry.Content.Key!, DTypes.Stored(entry.DType!), entry.Shape, begin, offset);
        }
    }
}
