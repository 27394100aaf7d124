using static TorchSharp.torch;

namespace Micrograd.Parity.Recording;

/// <summary>The tensors of a step, in the order in which they were computed.</summary>
internal sealed class StepTensors(Keep keep) : IDisposable
{
    private readonly List<TensorEntry> _entries = [];
    private readonly Dictionary<TensorMemory, int> _places = [];
    private readonly List<Tensor> _held = [];

    internal IReadOnlyList<TensorEntry> Entries => _entries;

    /// <summary>
    /// The place of the tensor whose numbers these are, if it has been recorded and not been changed since; -1 otherwise. Tensors of other
    /// devices than the processor are not recognised.
    /// </summary>
    internal int Find(Tensor tensor)
    {
        if (TensorMemory.Of(tensor) is not { } memory || !_places.TryGetValue(memory, out var place))
            return -1;
        using var now = new Content(keep, HostTensor.Of(tensor));
        if (now.Equals(_entries[place].Content!))
            return place;
        // It was changed in place: what is recorded is what was there before.
        _places.Remove(memory);
        return -1;
    }

    /// <summary>The same of a tensor that may have another shape: of <c>logits.view(-1, n)</c> the place of the logits.</summary>
    internal int FindBehind(Tensor tensor)
    {
        if (Find(tensor) is >= 0 and var place)
            return place;
        if (TensorMemory.Of(tensor) is not { } memory)
            return -1;
        var (key, other) = _places.FirstOrDefault(known => known.Key.Start == memory.Start && known.Key.Type == memory.Type);
        if (key.Form is null || _entries[other].Elements != tensor.numel())
            return -1;
        using var now = new Content(keep, HostTensor.Of(tensor));
        return now.Equals(_entries[other].Content!) ? other : -1;
    }

    /// <summary>Adds numbers that the program may change, which are copied.</summary>
    internal int Add(TensorEntry entry, Tensor tensor) => Add(entry, tensor, HostTensor.CopyOf);

    /// <summary>Adds numbers that stay as they are until the step is written.</summary>
    internal int AddLasting(TensorEntry entry, Tensor tensor) => Add(entry, tensor, HostTensor.Of);

    /// <summary>Adds numbers that the module's call before may have left; the same numbers are not kept twice.</summary>
    internal int AddActivation(TensorEntry entry, Tensor tensor)
    {
        var same = Find(tensor);
        if (same >= 0)
            return Add(entry with { SameAs = same, DType = DTypes.Name(tensor.dtype), Shape = tensor.shape });
        var place = Add(entry, tensor);
        if (place >= 0 && TensorMemory.Of(tensor) is { } memory)
        {
            _places[memory] = place;
            // As long as it is held, no other tensor lies in its memory.
            _held.Add(tensor.alias().DetachFromDisposeScope());
        }

        return place;
    }

    /// <summary>Adds that there is no tensor.</summary>
    internal void AddNone(TensorEntry entry) => Add(entry);

    /// <summary>True if a tensor's numbers are those of an entry.</summary>
    internal bool IsSame(Tensor tensor, int place)
    {
        using var now = new Content(keep, HostTensor.Of(tensor));
        return now.Equals(_entries[_entries[place].SameAs ?? place].Content!);
    }

    public void Dispose()
    {
        foreach (var entry in _entries)
            entry.Content?.Dispose();
        foreach (var tensor in _held)
            tensor.Dispose();
    }

    private int Add(TensorEntry entry, Tensor tensor, Func<Tensor, HostTensor> read)
    {
        if (!HostTensor.CanHold(tensor))
            return -1;
        var numbers = keep == Keep.All ? read(tensor) : HostTensor.Of(tensor);
        return Add(entry with { DType = DTypes.Name(tensor.dtype), Shape = tensor.shape, Content = new Content(keep, numbers) });
    }

    private int Add(TensorEntry entry)
    {
        _entries.Add(entry);
        return _entries.Count - 1;
    }
}
