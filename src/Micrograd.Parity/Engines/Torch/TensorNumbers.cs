using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>
/// Numbers of float64 tensors, read where they lie. TorchSharp's <c>item</c> and <c>data</c> ask for strides through a callback and leave an object
/// that is to be finalized for each read.
/// </summary>
internal static class TensorNumbers
{
    /// <summary>The number of a tensor that has one.</summary>
    internal static double Number(this Tensor tensor) =>
        InPlace(tensor) is [var number] ? number : throw new ArgumentException("The tensor has not one number.", nameof(tensor));

    /// <summary>All numbers of a tensor, row by row.</summary>
    internal static double[] Numbers(this Tensor tensor)
    {
        if (tensor.is_contiguous())
            return InPlace(tensor).ToArray();
        using var detached = tensor.detach();
        using var dense = detached.contiguous();
        return InPlace(dense).ToArray();
    }

    /// <summary>The memory of a contiguous tensor, as long as the tensor lives.</summary>
    internal static Span<double> InPlace(Tensor tensor) =>
        tensor.dtype == float64
            ? MemoryMarshal.Cast<byte, double>(tensor.bytes)
            : throw new ArgumentException($"The tensor is {tensor.dtype}, not float64.", nameof(tensor));
}
