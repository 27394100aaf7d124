using System.Collections;

namespace TorchSharp;

/// <summary>Reads and writes a tensor's elements in place, in the order of its indices.</summary>
public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly torch.Tensor _tensor;
    private readonly long[] _shape;
    private readonly long[] _strides;

    internal TensorAccessor(torch.Tensor tensor)
    {
        _tensor = tensor;
        _shape = tensor.shape;
        _strides = tensor.stride();
        Count = tensor.numel();
    }

    /// <summary>The number of elements.</summary>
    public long Count { get; }

    /// <summary>Always false: elements can be written.</summary>
    public bool IsReadOnly => false;

    /// <summary>The element at the indices, one per dimension; a single index runs over all elements in order.</summary>
    public unsafe T this[params long[] indices]
    {
        get => Address[Offset(indices)].Kept(_tensor);
        set
        {
            Address[Offset(indices)] = value;
            GC.KeepAlive(_tensor);
        }
    }

    private unsafe T* Address
    {
        get
        {
            var data = Native.t_data(_tensor.Handle);
            return data is null && Count > 0 ? throw Native.Error() : (T*)data;
        }
    }

    /// <summary>A copy of the elements, in the order of the indices.</summary>
    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    /// <summary>A copy of the elements as an array of the tensor's shape.</summary>
    public Array ToNDArray()
    {
        var array = Array.CreateInstance(typeof(T), _shape);
        var flat = ToArray();
        Buffer.BlockCopy(flat, 0, array, 0, Buffer.ByteLength(flat));
        return array;
    }

    /// <summary>Copies elements from <paramref name="tensorIndex"/> on into the array from <paramref name="arrayIndex"/> on.</summary>
    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <summary>Copies elements from <paramref name="tensorIndex"/> on into the span from <paramref name="arrayIndex"/> on.</summary>
    public unsafe void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var data = Address;
        for (var i = tensorIndex; i < Count; i++)
            array[arrayIndex++] = data[Offset(i)];
        GC.KeepAlive(_tensor);
    }

    /// <summary>
    /// Overwrites elements from <paramref name="tensorIndex"/> on with the array's from <paramref name="arrayIndex"/> on.
    /// </summary>
    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom(new ReadOnlySpan<T>(array), arrayIndex, tensorIndex);

    /// <summary>Overwrites elements from <paramref name="tensorIndex"/> on with the span's from <paramref name="arrayIndex"/> on.</summary>
    public unsafe void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var data = Address;
        for (var i = tensorIndex; i < Count && arrayIndex < array.Length; i++)
            data[Offset(i)] = array[arrayIndex++];
        GC.KeepAlive(_tensor);
    }

    /// <summary>The elements in the order of the indices.</summary>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Does nothing: the tensor owns the memory.</summary>
    public void Dispose()
    {
    }

    internal unsafe T InMemory(long i)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(i);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(i, Count);
        return Address[i].Kept(_tensor);
    }

    private long Offset(long[] indices)
    {
        if (indices.Length == 1 && _shape.Length != 1)
            return Offset(indices[0]);
        if (indices.Length != _shape.Length)
            throw new ArgumentException($"{indices.Length} indices for {_shape.Length} dimensions.", nameof(indices));
        long offset = 0;
        for (var d = 0; d < indices.Length; d++)
        {
            if ((ulong)indices[d] >= (ulong)_shape[d])
                throw new ArgumentOutOfRangeException(nameof(indices), $"Index {indices[d]} of a dimension of {_shape[d]}.");
            offset += indices[d] * _strides[d];
        }
        return offset;
    }

    private long Offset(long flat)
    {
        if ((ulong)flat >= (ulong)Count)
            throw new ArgumentOutOfRangeException(nameof(flat), $"Element {flat} of {Count}.");
        long offset = 0;
        for (var d = _shape.Length - 1; d >= 0; d--)
        {
            offset += flat % _shape[d] * _strides[d];
            flat /= _shape[d];
        }
        return offset;
    }
}
