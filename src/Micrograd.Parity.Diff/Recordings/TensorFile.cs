using System.Buffers.Binary;
using Micrograd.Parity.Inputs;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recordings;

/// <summary>A safetensors file of which single tensors are read.</summary>
internal sealed class TensorFile(string path) : IDisposable
{
    private SafeFileHandle? _file;
    private Dictionary<string, StoredEntry> _entries = [];
    private long _start;

    /// <summary>Reads a tensor's numbers.</summary>
    /// <exception cref="InputFileException">The file cannot be read, or holds another tensor under this name.</exception>
    internal Tensor Load(RecordedTensor wanted)
    {
        Open();
        if (!_entries.TryGetValue(wanted.Key!, out var entry))
            throw Wrong($"there is no tensor '{PlainText.Short(wanted.Key!)}', which line {wanted.Line} of the index names.");
        if (entry.Dtype != Dtypes.Stored(wanted.Dtype) || !entry.Shape.SequenceEqual(wanted.Shape))
        {
            throw Wrong(
                $"'{PlainText.Short(entry.Name)}' is {PlainText.Short(entry.Dtype)} [{string.Join(", ", entry.Shape)}], and line {wanted.Line} of the index "
                    + $"says {Dtypes.Stored(wanted.Dtype)} [{string.Join(", ", wanted.Shape)}]."
            );
        }

        var tensor = empty([.. wanted.Shape], wanted.Dtype);
        try
        {
            if (wanted.Elements > 0)
                Fill(tensor.bytes, _start + entry.Begin, entry.Name);
        }
        catch
        {
            tensor.Dispose();
            throw;
        }

        return tensor;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void Open()
    {
        if (_file is not null)
            return;
        try
        {
            _file = File.OpenHandle(path);
            var available = RandomAccess.GetLength(_file);
            var prefix = new byte[sizeof(long)];
            Fill(prefix, 0, "the length of the header");
            var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
            SafetensorsHeader.CheckLength(length, available);
            var header = new byte[length];
            Fill(header, sizeof(long), "the header");
            _start = sizeof(long) + length;
            _entries = SafetensorsHeader.Read(header, available - _start).ToDictionary(entry => entry.Name);
        }
        catch (FileNotFoundException e)
        {
            throw new InputFileException($"{path}: there is no such file, and the index names tensors in it.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFileException($"{path}: {InputFile.Reason(e, path)}", e);
        }
        catch (InvalidDataException e)
        {
            throw Wrong(e.Message, e);
        }
    }

    private void Fill(Span<byte> bytes, long offset, string what)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(_file!, bytes, offset);
            if (read == 0)
                throw Wrong($"the file ends within {PlainText.Short(what)}.");
            bytes = bytes[read..];
            offset += read;
        }
    }

    private InputFileException Wrong(string reason, Exception? cause = null) =>
        cause is null ? new($"{path}: {reason}") : new($"{path}: {reason}", cause);
}
