using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Micrograd.Parity.Recording;

namespace Micrograd.Parity.Diff.Tests.Recorder;

/// <summary>A recording as it lies in its folder, read by nothing but JSON and the safetensors format.</summary>
internal sealed class RecordedFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parity-recorder-");

    internal string Path => System.IO.Path.Combine(_folder.FullName, "run");

    internal IReadOnlyList<JsonElement> Lines =>
        [.. File.ReadLines(System.IO.Path.Combine(Path, "index.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    public void Dispose() => _folder.Delete(recursive: true);

    internal JsonElement Line(string kind) => Lines.Single(line => line.GetProperty("kind").GetString() == kind);

    internal JsonElement Step(int step) =>
        Lines.Single(line => line.GetProperty("kind").GetString() == "step" && line.GetProperty("step").GetInt32() == step);

    /// <summary>A step's tensors of a quantity.</summary>
    internal IReadOnlyList<JsonElement> Tensors(int step, string quantity) =>
        [.. Step(step).GetProperty("tensors").EnumerateArray().Where(t => t.GetProperty("quantity").GetString() == quantity)];

    /// <summary>The names that a step has of a quantity.</summary>
    internal IReadOnlyList<string> Names(int step, string quantity) => [.. Tensors(step, quantity).Select(t => t.GetProperty("of").GetString()!)];

    /// <summary>The numbers of a tensor of floats.</summary>
    internal float[] Floats(int step, string quantity, string of)
    {
        var entry = Tensors(step, quantity).Last(t => t.GetProperty("of").GetString() == of);
        if (entry.TryGetProperty("same_as", out var same))
            entry = Step(step).GetProperty("tensors")[same.GetInt32()];
        var file = File.ReadAllBytes(System.IO.Path.Combine(Path, $"step-{step}.safetensors"));
        return MemoryMarshal.Cast<byte, float>(file.AsSpan(Bytes(file, entry.GetProperty("key").GetString()!))).ToArray();
    }

    /// <summary>The place of a tensor of floats in a file of tensors.</summary>
    internal static Range Bytes(byte[] file, string key)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using var header = JsonDocument.Parse(file.AsMemory(sizeof(long), length));
        var stored = header.RootElement.GetProperty(key);
        Assert.Equal("F32", stored.GetProperty("dtype").GetString());
        var (start, offsets) = (sizeof(long) + length, stored.GetProperty("data_offsets"));
        return (start + offsets[0].GetInt32())..(start + offsets[1].GetInt32());
    }
}
