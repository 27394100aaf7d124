using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.SystemLibtorch;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp;

/// <summary>A number in the form the bridge takes it.</summary>
internal readonly struct Number(long bits, long kind)
{
    public readonly long Bits = bits;
    public readonly long Kind = kind;

    public static implicit operator Number(double value) => new(BitConverter.DoubleToInt64Bits(value), 0);

    public static implicit operator Number(long value) => new(value, 1);

    public static implicit operator Number(bool value) => new(value ? 1 : 0, 2);

    public static implicit operator Number(Scalar value) => (value ?? throw new ArgumentNullException(nameof(value))).Number;
}

/// <summary>A pointer to 64-bit integers and their count.</summary>
internal readonly unsafe struct Ints(long* data, long count)
{
    public readonly long* Data = data;
    public readonly long Count = count;
}

/// <summary>A pointer to tensor handles and their count.</summary>
internal readonly unsafe struct Handles(nint* data, long count)
{
    public readonly nint* Data = data;
    public readonly long Count = count;
}

/// <summary>The functions of the bridge, and what is common to their calls.</summary>
internal static unsafe partial class Native
{
    private const string Bridge = SystemLibtorch.SystemLibtorch.Bridge;

    static Native() => SystemLibtorch.SystemLibtorch.Register();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check(int status)
    {
        if (status != 0)
            throw Error();
    }

    /// <summary>The last failure of this thread as an exception.</summary>
    public static ExternalException Error()
    {
        var text = bridge_error();
        return Failure(text is null ? "libtorch failed without a message." : Marshal.PtrToStringUTF8((nint)text));
    }

    /// <summary>A handle, or null where the bridge says there is none; an error is thrown.</summary>
    public static torch.Tensor? Optional(nint handle)
    {
        if (handle != 0)
            return new torch.Tensor(handle);
        var text = bridge_error();
        return text is null ? null : throw Failure(Marshal.PtrToStringUTF8((nint)text));
    }

    [SuppressMessage("Usage", "CA2201", Justification = "The type that TorchSharp throws.")]
    private static ExternalException Failure(string? message) => new(message);

    public static int Flag(bool value) => value ? 1 : 0;

    public static int Type(torch.ScalarType? type) => type is { } t ? (int)t : -1;
}
