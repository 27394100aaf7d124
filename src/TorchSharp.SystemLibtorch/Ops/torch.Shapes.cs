namespace TorchSharp;

public static partial class torch
{
    /// <summary>The tensors, all of one shape, along a new dimension.</summary>
    public static unsafe Tensor stack(IEnumerable<Tensor> tensors, long dim = 0)
    {
        var list = Op.Handles(tensors);
        fixed (nint* t = list)
            return new Tensor(Native.t_stack(new(t, list.Length), dim)).KeptWith(tensors);
    }

    /// <summary>The tensors one after the other along a dimension.</summary>
    public static unsafe Tensor cat(IList<Tensor> tensors, long dim = 0)
    {
        var list = Op.Handles(tensors);
        fixed (nint* t = list)
            return new Tensor(Native.t_cat(new(t, list.Length), dim)).KeptWith(tensors);
    }

    /// <summary>The tensors one after the other along a dimension.</summary>
    public static Tensor cat(Tensor[] tensors, long dim = 0) => cat((IList<Tensor>)tensors, dim);

    /// <summary>The tensors one after the other along a dimension.</summary>
    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    /// <summary>The tensors one after the other along a dimension.</summary>
    public static Tensor concat(Tensor[] tensors, long dim = 0) => cat(tensors, dim);

    /// <summary>The elements in another shape; −1 stands for the length that follows from the others.</summary>
    public static Tensor reshape(Tensor input, params long[] shape) => input.reshape(shape);

    /// <summary>The dimensions in another order.</summary>
    public static Tensor permute(Tensor input, params long[] permutation) => input.permute(permutation);

    /// <summary>Dimensions <paramref name="start_dim"/> to <paramref name="end_dim"/> made one.</summary>
    public static Tensor flatten(Tensor input, long start_dim = 0, long end_dim = -1) => input.flatten(start_dim, end_dim);

    /// <summary>The matrix with rows and columns exchanged.</summary>
    public static Tensor t(Tensor input) => input.t();

    /// <summary>The tensor with two dimensions exchanged.</summary>
    public static Tensor transpose(Tensor input, long dim0, long dim1) => input.transpose(dim0, dim1);

    /// <summary>Without the dimension if its length is 1, or without all of that length.</summary>
    public static Tensor squeeze(Tensor input, long? dim = null) => input.squeeze(dim);

    /// <summary>With a new dimension of length 1.</summary>
    public static Tensor unsqueeze(Tensor input, long dim) => input.unsqueeze(dim);

    /// <summary>The part at an index of a dimension, without that dimension.</summary>
    public static Tensor select(Tensor input, long dim, long index) => input.select(dim, index);

    /// <summary>The parts at each index of a dimension.</summary>
    public static Tensor[] unbind(Tensor input, long dim = 0) => input.unbind(dim);

    /// <summary>The number of elements.</summary>
    public static long numel(Tensor input) => input.numel();

    private static Tensor KeptWith(this Tensor result, IEnumerable<Tensor> owners)
    {
        GC.KeepAlive(owners);
        return result;
    }
}
