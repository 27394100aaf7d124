namespace TorchSharp.Modules;

/// <summary>A tensor that a module trains.</summary>
public sealed class Parameter : torch.Tensor
{
    /// <summary>A parameter over <paramref name="data"/>'s elements, outside the record of operations.</summary>
    public Parameter(torch.Tensor data, bool requires_grad = true) : base(Share(data, requires_grad))
    {
    }

    /// <summary>The parameter, out of all dispose scopes: its module disposes of it.</summary>
    internal Parameter Free()
    {
        DetachFromDisposeScope();
        return this;
    }

    private static nint Share(torch.Tensor data, bool requiresGrad)
    {
        ArgumentNullException.ThrowIfNull(data);
        var handle = Native.t_detach(data.Handle);
        GC.KeepAlive(data);
        if (handle == 0 || Native.t_set_requires_grad(handle, Native.Flag(requiresGrad)) != 0)
            throw Native.Error();
        return handle;
    }
}
