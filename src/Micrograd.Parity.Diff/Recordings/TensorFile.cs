using Micrograd.Parity.Inputs;
using Micrograd.Parity.Recording;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recordings;

/// <summary>A safetensors file of which single tensors are read.</summary>
internal sealed class TensorFile(string path) : IDisposable
{
    private Stream? _file;
    private Dictionary<string, StoredEntry> _entries = [];
    private long _start;

    /// <summary>Reads a tensor's numbers.</summary>
    /// <exception cref="InputFileException">The file cannot be read, or holds another tensor under this name.</exception>
    internal Tensor Load(RecordedTensor wanted) => Read(wanted, wanted.Shape, 0);

    /// <summary>Reads some of a tensor's numbers.</summary>
    /// <exception cref="InputFileException">The file cannot be read, or holds another tensor under this name.</exception>
    internal Tensor Load(RecordedTensor wanted, long start, long count) => Read(wanted, [count], start);

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private Tensor Read(RecordedTensor wanted, IReadOnlyList<long> shape, long start)
    {
        var entry = Entry(wanted);
        var tensor = empty([.. shape], wanted.Dtype);
        try
        {
            if (tensor.numel() > 0)
                Fill(tensor.bytes, _start + entry.Begin + start * tensor.element_size(), entry.Name);
        }
        catch
        {
            tensor.Dispose();
            throw;
        }

        return tensor;
    }

    private StoredEntry Entry(RecordedTensor wanted)
    {
        Open();
        if (!_entries.TryGetValue(wanted.Key!, out var entry))
            throw Wrong($"there is no tensor '{PlainText.Short(wanted.Key!)}', which line {wanted.Line} of the index names.");
        if (entry.Dtype != DTypes.Stored(wanted.Dtype) || !entry.Shape.SequenceEqual(wanted.Shape))
        {
            throw Wrong(
                $"'{PlainText.Short(entry.Name)}' is {PlainText.Short(entry.Dtype)} [{string.Join(", ", entry.Shape)}], and line {wanted.Line} of the index "
                    + $"says {DTypes.Stored(wanted.Dtype)} [{string.Join(", ", wanted.Shape)}]."
            );
        }

        return entry;
    }

    private void Open()
    {
        if (_file is not null)
            return;
        try
        {
            _file = InputFile.Open(path);
            if (!_file.CanSeek)
                throw Wrong("this is a pipe or a device. Tensors are read from a file.");
            (var entries, _start) = SafetensorsHeader.Read(_file);
            _entries = entries.ToDictionary(entry => entry.Name);
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
        _file!.Position = offset;
        if (_file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw Wrong($"the file ends within {PlainText.Short(what)}.");
    }

    private InputFileException Wrong(string reason, Exception? cause = null) =>
        cause is null ? new($"{path}: {reason}") : new($"{path}: {reason}", cause);
}
