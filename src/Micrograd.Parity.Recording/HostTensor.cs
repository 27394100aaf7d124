using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Recording;

/// <summary>A tensor's numbers, in its own memory where that is possible. What it takes beside that it frees.</summary>
internal sealed class HostTensor : HostNumbers
{
    private readonly Tensor _tensor;
    private readonly bool _isOwned;

    private HostTensor(Tensor tensor, bool isOwned)
    {
        (_tensor, _isOwned) = (tensor, isOwned);
        Count = tensor.numel();
        ElementSize = (int)tensor.element_size();
    }

    internal override long Count { get; }

    internal override int ElementSize { get; }

    /// <summary>True of what can be recorded: no tensor is complex, quantized or without numbers of its own.</summary>
    internal static bool CanHold(Tensor tensor) => DTypes.Name(tensor.dtype) is not null && tensor.device_type != DeviceType.META;

    /// <summary>The numbers of a tensor as long as it is not changed.</summary>
    internal static HostTensor Of(Tensor tensor)
    {
        if (tensor.device_type == DeviceType.CPU && !tensor.is_sparse && tensor.is_contiguous())
            return new HostTensor(tensor, isOwned: false);
        using var _ = no_grad();
        using var dense = tensor.is_sparse ? tensor.to_dense() : tensor.alias();
        using var near = dense.cpu();
        return new HostTensor(near.contiguous().DetachFromDisposeScope(), isOwned: true);
    }

    /// <summary>The numbers of a tensor as they are now, whatever becomes of it.</summary>
    internal static HostTensor CopyOf(Tensor tensor)
    {
        var host = Of(tensor);
        if (host._isOwned)
            return host;
        using var _ = no_grad();
        using var detached = tensor.detach();
        return new HostTensor(detached.clone().DetachFromDisposeScope(), isOwned: true);
    }

    public override void Dispose()
    {
        if (_isOwned)
            _tensor.Dispose();
    }

    protected override HostNumbers? AsDoubles()
    {
        if (_tensor.dtype is ScalarType.Float32 or ScalarType.Float64)
            return null;
        using var _ = no_grad();
        using var detached = _tensor.detach();
        return new HostTensor(detached.to_type(ScalarType.Float64).DetachFromDisposeScope(), isOwned: true);
    }

    protected override ReadOnlySpan<byte> Span(long start, long end)
    {
        if (Bytes <= int.MaxValue)
            return _tensor.bytes[(int)(start * ElementSize)..(int)(end * ElementSize)];
        using var _ = no_grad();
        using var flat = _tensor.view(-1);
        using var part = flat.narrow(0, start, end - start);
        return part.bytes;
    }
}
