using System.Buffers.Binary;
using System.Text;
using CsCheck;

namespace Micrograd.Tests.Persistence;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string File1 => Path.Combine(_folder, "model.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_has_the_formats_bytes()
    {
        Safetensors.Save(File1, new Layer(2, 1, init: Initializer.Numbers(1, -2, 0.5)));
        const string Header =
            """{"weight":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]},"bias":{"dtype":"F64","shape":[1],"data_offsets":[16,24]}}""";
        Assert.Equal(FileOf(Header.PadRight((Header.Length + 7) / 8 * 8), 1, -2, 0.5), File.ReadAllBytes(File1));
    }

    [Fact]
    public void What_is_saved_is_loaded_bit_for_bit()
    {
        var model = new Mlp(3, [4, 4, 1], Activation.Tanh);
        foreach (var p in model.Parameters.Take(2))
            p.Data = -0.0;
        var third = model.Parameters[2];
        third.Data = double.NaN;
        Safetensors.Save(File1, model);
        var other = new Mlp(3, [4, 4, 1], Activation.Tanh, init: Initializer.Normal(new NumpyRandom(1)));
        Safetensors.Load(File1, other);
        Assert.Equal(
            model.Parameters.Select(p => BitConverter.DoubleToInt64Bits(p.Data)),
            other.Parameters.Select(p => BitConverter.DoubleToInt64Bits(p.Data))
        );
    }

    [Fact]
    public void What_is_written_is_read_bit_for_bit()
    {
        var name = Gen.OneOf(Gen.Int[0, 127], Gen.Int[0, 0x10FFFF])
            .Where(Rune.IsValid)
            .Select(char.ConvertFromUtf32)
            .Array[0, 3]
            .Select(string.Concat);
        Gen.Select(name, Gen.Int[0, 3].Array[0, 3])
            .SelectMany((name, shape) => Property.Doubles.Array[shape.Aggregate(1, (n, size) => n * size)].Select(numbers => (name, shape, numbers)))
            .Array[0, 5]
            .Select(tensors => tensors.DistinctBy(t => t.name).ToArray())
            .Holds(
                200,
                tensors =>
                {
                    Safetensors.Write(File1, [.. tensors.Select(t => new StoredTensor(t.name, t.shape, t.numbers))]);
                    var read = Safetensors.Read(File1);
                    Assert.Equal(tensors.Select(t => t.name), read.Select(t => t.Name));
                    Assert.Equal(tensors.Select(t => t.shape), read.Select(t => t.Shape));
                    Assert.Equal(
                        tensors.SelectMany(t => t.numbers).Select(BitConverter.DoubleToInt64Bits),
                        read.SelectMany(t => t.Numbers.ToArray()).Select(BitConverter.DoubleToInt64Bits)
                    );
                },
                tensors => string.Join("; ", tensors.Select(t => $"'{t.name}' [{string.Join(", ", t.shape)}] {string.Join(" ", t.numbers)}"))
            );
    }

    [Fact]
    public void Reads_tensors_in_the_order_of_their_numbers_and_passes_over_metadata()
    {
        const string Header =
            """{"__metadata__":{"format":"pt"},"b":{"dtype":"F64","shape":[],"data_offsets":[8,16]},"a":{"dtype":"F64","shape":[1,1],"data_offsets":[0,8]}}""";
        File.WriteAllBytes(File1, FileOf(Header, 1, 2));
        var tensors = Safetensors.Read(File1);
        Assert.Equal(["a", "b"], tensors.Select(tensor => tensor.Name));
        Assert.Equal([1, 2], tensors.Select(tensor => tensor.Numbers.Span[0]));
        Assert.Empty(tensors[1].Shape);
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "w holds F32, not doubles (F64): save the model in double precision.")]
    [InlineData("""{"w":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}}""", "w has 8 bytes, but its shape needs 16.")]
    [InlineData("""{"w":{"dtype":"F64","shape":[-1],"data_offsets":[0,8]}}""", "w has no valid shape.")]
    [InlineData("""{"w":{"dtype":"F64","shape":[1.5],"data_offsets":[0,8]}}""", "w has no valid shape.")]
    [InlineData("""{"w":{"dtype":"F64","shape":[9999999999],"data_offsets":[0,8]}}""", "w has a shape too large for any file.")]
    [InlineData("""{"w":{"dtype":"F64","shape":[2147483647,2147483647,9],"data_offsets":[0,8]}}""", "w has a shape too large for any file.")]
    [InlineData("""{"w":{"dtype":"F64","shape":[1],"data_offsets":[8,0]}}""", "w has offsets that are no beginning and end.")]
    [InlineData("""{"w":{"dtype":"F64","shape":[1],"data_offsets":[0]}}""", "w has offsets that are no beginning and end.")]
    [InlineData("""{"w":{"dtype":"F64","shape":[1]}}""", "w has no valid data_offsets.")]
    [InlineData("""{"w":{"shape":[1],"data_offsets":[0,8]}}""", "w has no valid dtype.")]
    [InlineData("""{"w":3}""", "the header does not describe w.")]
    [InlineData("""{"w":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}""", "there are 8 bytes before w that belong to no tensor.")]
    [InlineData("""{"w":{"dtype":"F64","shape":[3],"data_offsets":[0,24]}}""", "the file is cut short: 8 bytes of its numbers are missing.")]
    [InlineData("""{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", "there are 8 bytes behind the last tensor.")]
    [InlineData(
        """{"v":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""",
        "w overlaps another tensor."
    )]
    [InlineData("""["w"]""", "the header does not begin with {.")]
    public void A_damaged_file_is_refused_with_the_reason(string header, string reason)
    {
        File.WriteAllBytes(File1, FileOf(header, 1, 2));
        Assert.Equal($"{File1}: {reason}", Assert.Throws<InvalidDataException>(() => Safetensors.Read(File1)).Message);
    }

    [Theory]
    [InlineData("""{"w":""")]
    [InlineData("""{"\ud800":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}""")]
    [InlineData("""{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"w":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}""")]
    public void A_header_that_is_no_JSON_is_refused(string header)
    {
        File.WriteAllBytes(File1, FileOf(header, 1, 2));
        var error = Assert.Throws<InvalidDataException>(() => Safetensors.Read(File1));
        Assert.StartsWith($"{File1}: the header is no valid JSON: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(0L)]
    [InlineData(1L << 40)]
    [InlineData(5000L)]
    public void A_header_of_an_impossible_length_is_refused(long length)
    {
        var bytes = FileOf("{}");
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        File.WriteAllBytes(File1, bytes);
        Assert.Throws<InvalidDataException>(() => Safetensors.Read(File1));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        Safetensors.Save(File1, new Layer(2, 1));
        var bytes = File.ReadAllBytes(File1);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(File1, bytes[..length]);
            Assert.Throws<InvalidDataException>(() => Safetensors.Read(File1));
        }
    }

    [Fact]
    public void A_file_with_any_byte_changed_is_read_or_refused()
    {
        Safetensors.Save(File1, new Layer(2, 1));
        var bytes = File.ReadAllBytes(File1);
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var other in new byte[] { 0, 0x22, 0x39, 0x5c, 0x7d, 0x80, 0xff })
            {
                var changed = bytes.ToArray();
                changed[i] = other;
                File.WriteAllBytes(File1, changed);
                if (Record.Exception(() => Safetensors.Read(File1)) is { } error)
                    Assert.IsType<InvalidDataException>(error);
            }
        }
    }

    [Fact]
    public void A_file_of_another_model_is_refused_and_changes_nothing()
    {
        Safetensors.Save(File1, new Mlp(2, [3, 1]));
        Refused(new Mlp(2, [4, 1]), "0.weight has the shape [3, 2], but the model's has [4, 2].");
        Refused(new Mlp(2, [3, 1], bias: false), "the model has no 0.bias, 2.bias.");
        Refused(new Mlp(2, [3]), "the model has no 2.bias, 2.weight.");
        Safetensors.Save(File1, new Mlp(2, [3, 1], bias: false));
        Refused(new Mlp(2, [3, 1]), "0.bias is missing.");
    }

    [Fact]
    public void A_save_that_fails_leaves_the_old_file_and_nothing_beside_it()
    {
        var path = Path.Combine(_folder, "taken");
        Directory.CreateDirectory(path);
        Assert.ThrowsAny<Exception>(() => Safetensors.Save(path, new Layer(1, 1)));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void Refuses_to_write_what_it_could_not_read()
    {
        Assert.Throws<ArgumentException>(() => Safetensors.Write(File1, [new("w", [2], new double[1])]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(File1, [new("w", [1], new double[1]), new("w", [1], new double[1])]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(File1, [new("__metadata__", [1], new double[1])]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(File1, [new("\ud800", [1], new double[1])]));
        Assert.False(File.Exists(File1));
    }

    private void Refused(Mlp model, string reason)
    {
        var before = model.Parameters.Select(p => p.Data).ToArray();
        Assert.Equal($"{File1}: {reason}", Assert.Throws<InvalidDataException>(() => Safetensors.Load(File1, model)).Message);
        Assert.Equal(before, model.Parameters.Select(p => p.Data));
    }

    private static byte[] FileOf(string header, params double[] numbers)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length + 8 * numbers.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, text.Length);
        text.CopyTo(bytes, 8);
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 + text.Length + 8 * i), numbers[i]);
        return bytes;
    }
}
