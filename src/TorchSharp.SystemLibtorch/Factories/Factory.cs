using System.Runtime.CompilerServices;

namespace TorchSharp;

/// <summary>Makes tensors from numbers and arrays.</summary>
internal static unsafe class Factory
{
    /// <summary>A tensor without dimensions.</summary>
    public static torch.Tensor Zero(Number value, torch.ScalarType type, bool requiresGrad) =>
        new(Native.t_scalar(value, (int)type, Native.Flag(requiresGrad)));

    /// <summary>A tensor with a copy of the elements.</summary>
    public static torch.Tensor From<T>(
        ReadOnlySpan<T> data, ReadOnlySpan<long> sizes, torch.ScalarType? dtype,
        torch.Device? device, bool requiresGrad)
        where T : unmanaged
    {
        torch.OnCpu(device);
        long count = 1;
        foreach (var size in sizes)
            count *= size;
        if (count != data.Length)
            throw new ArgumentException($"{data.Length} elements for a shape of {count}.", nameof(sizes));
        var from = torch.TypeOf<T>();
        fixed (T* d = data)
        fixed (long* s = sizes)
            return new(Native.t_from(d, new(s, sizes.Length), (int)from, (int)(dtype ?? from), Native.Flag(requiresGrad)));
    }

    /// <summary>A tensor of one dimension with a copy of the elements.</summary>
    public static torch.Tensor From<T>(
        IList<T> list, torch.ScalarType? dtype, torch.Device? device, bool requiresGrad) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(list);
        return From<T>(Span(list), [list.Count], dtype, device, requiresGrad);
    }

    /// <summary>A tensor with a copy of a rectangular array's elements.</summary>
    public static torch.Tensor FromArray<T>(
        Array array, torch.ScalarType? dtype, torch.Device? device, bool requiresGrad) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(array);
        var sizes = new long[array.Rank];
        for (var d = 0; d < sizes.Length; d++)
            sizes[d] = array.GetLongLength(d);
        var elements = array.Length == 0
            ? []
            : System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(
                ref Unsafe.As<byte, T>(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(array)), array.Length);
        return From(elements, sizes, dtype, device, requiresGrad);
    }

    /// <summary>A tensor filled with a number.</summary>
    public static torch.Tensor Full(
        ReadOnlySpan<long> size, Number value, torch.ScalarType? dtype, torch.Device? device, bool requiresGrad)
    {
        torch.OnCpu(device);
        fixed (long* s = size)
            return new(Native.t_full(new(s, size.Length), value, (int)(dtype ?? torch.get_default_dtype()), Native.Flag(requiresGrad)));
    }

    /// <summary>A tensor of another's shape filled with a number.</summary>
    public static torch.Tensor FullLike(torch.Tensor a, Number value, torch.ScalarType? dtype, torch.Device? device, bool requiresGrad)
    {
        torch.OnCpu(device);
        return Op.New(Native.t_full_like(Op.In(a), value, Native.Type(dtype), Native.Flag(requiresGrad)), a);
    }

    public static ReadOnlySpan<T> Span<T>(IList<T> list) => list is T[] array ? array : list.ToArray();
}
