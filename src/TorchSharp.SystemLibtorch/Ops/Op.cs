using System.Runtime.CompilerServices;

namespace TorchSharp;

/// <summary>Calls an operation of the bridge on tensors that stay alive during the call.</summary>
internal static unsafe class Op
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static torch.Tensor Unary(delegate*<nint, nint> f, torch.Tensor a)
    {
        var result = f(a.Handle);
        GC.KeepAlive(a);
        return new torch.Tensor(result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static torch.Tensor Binary(delegate*<nint, nint, nint> f, torch.Tensor a, torch.Tensor b)
    {
        var result = f(a.Handle, In(b));
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return new torch.Tensor(result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static torch.Tensor WithNumber(delegate*<nint, Number, nint> f, torch.Tensor a, Number b)
    {
        var result = f(a.Handle, b);
        GC.KeepAlive(a);
        return new torch.Tensor(result);
    }

    /// <summary>The handle of an argument, which must not be null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint In(torch.Tensor a)
    {
        ArgumentNullException.ThrowIfNull(a);
        return a.Handle;
    }

    /// <summary>The handle of an argument that may be absent.</summary>
    public static nint Maybe(torch.Tensor? a) => a is null ? 0 : a.Handle;

    /// <summary>The handles of a list; null elements have none.</summary>
    public static nint[] Handles(IEnumerable<torch.Tensor?>? list) => list is null ? [] : [.. list.Select(Maybe)];

    /// <summary>A new tensor, after the call that made it from <paramref name="a"/>.</summary>
    public static torch.Tensor New(nint handle, torch.Tensor a)
    {
        GC.KeepAlive(a);
        return new torch.Tensor(handle);
    }

    /// <summary>
    /// A new tensor, after the call that made it from <paramref name="a"/>, <paramref name="b"/> and <paramref name="c"/>.
    /// </summary>
    public static torch.Tensor New(nint handle, torch.Tensor a, torch.Tensor? b, torch.Tensor? c = null)
    {
        GC.KeepAlive(b);
        GC.KeepAlive(c);
        return New(handle, a);
    }

    /// <summary>Two results of a call: it writes their handles.</summary>
    public static (torch.Tensor, torch.Tensor) Two(delegate*<nint, long, int, nint*, int> f, torch.Tensor a, long dim, bool keepdim)
    {
        var results = stackalloc nint[2];
        Native.Check(f(a.Handle, dim, Native.Flag(keepdim), results));
        GC.KeepAlive(a);
        return (new torch.Tensor(results[0]), new torch.Tensor(results[1]));
    }
}
