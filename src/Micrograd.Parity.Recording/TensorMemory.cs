using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Recording;

/// <summary>The place and the form of a tensor's numbers: what two references to one tensor have in common.</summary>
internal readonly record struct TensorMemory(nint Start, ScalarType Type, string Form)
{
    /// <summary>The place; null of a tensor whose memory the processor does not see, or that has no numbers.</summary>
    internal static TensorMemory? Of(Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CPU || tensor.is_sparse || !tensor.is_contiguous() || !HostTensor.CanHold(tensor))
            return null;
        if (tensor.numel() is 0 or > int.MaxValue / sizeof(double))
            return null;
        ref var first = ref MemoryMarshal.GetReference(tensor.bytes);
        var start = Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref first);
        return new TensorMemory(start, tensor.dtype, string.Join(',', tensor.shape));
    }
}
