using System.Buffers.Binary;

namespace Micrograd;

/// <summary>Reads doubles in the safetensors format.</summary>
internal static class SafetensorsReader
{
    internal static IReadOnlyList<StoredTensor> Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length < sizeof(long))
            throw new InvalidDataException($"the file has {file.Length} bytes, too few for the length of a header.");
        var length = BinaryPrimitives.ReadInt64LittleEndian(file.Span);
        SafetensorsHeader.CheckLength(length, file.Length);
        var header = file.Slice(sizeof(long), (int)length);
        var numbers = file[(sizeof(long) + (int)length)..];
        return [.. SafetensorsHeader.Read(header, numbers.Length, Demand).Select(entry => Tensor(entry, numbers.Span))];
    }

    private static void Demand(string name, string type, IReadOnlyList<long> shape)
    {
        if (type != "F64")
            throw new InvalidDataException($"{name} holds {type}, not doubles (F64): save the model in double precision.");
        if (shape.Any(size => size > int.MaxValue))
            throw new InvalidDataException($"{name} has a shape too large for any file.");
    }

    private static StoredTensor Tensor(StoredEntry entry, ReadOnlySpan<byte> bytes) =>
        new(entry.Name, [.. entry.Shape.Select(size => (int)size)], Numbers(bytes[(int)entry.Begin..(int)entry.End]));

    private static double[] Numbers(ReadOnlySpan<byte> bytes)
    {
        var numbers = new double[bytes.Length / sizeof(double)];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * sizeof(double))..]);
        return numbers;
    }
}
