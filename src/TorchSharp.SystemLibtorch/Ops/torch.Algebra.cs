namespace TorchSharp;

public static partial class torch
{
    /// <summary>The matrix product; vectors and batches as PyTorch has it.</summary>
    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);

    /// <summary>The product of two matrices.</summary>
    public static Tensor mm(Tensor input, Tensor target) => input.mm(target);

    /// <summary>The product of a matrix and a vector.</summary>
    public static Tensor mv(Tensor input, Tensor target) => input.mv(target);

    /// <summary>The sum of the products of two vectors' elements.</summary>
    public static Tensor dot(Tensor input, Tensor other) => input.dot(other);

    /// <summary>The product of each element with each of another vector.</summary>
    public static Tensor outer(Tensor input, Tensor vec2) => input.outer(vec2);
}
