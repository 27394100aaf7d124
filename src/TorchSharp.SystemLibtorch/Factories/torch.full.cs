namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor filled with zero.</summary>
    public static Tensor zeros(
        long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full(size, 0L, dtype, device, requires_grad);

    /// <summary>A tensor filled with zero.</summary>
    public static Tensor zeros(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full(size, 0L, dtype, device, requires_grad);

    /// <summary>A tensor filled with zero.</summary>
    public static Tensor zeros(
        long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full([size], 0L, dtype, device, requires_grad);

    /// <summary>A tensor filled with zero.</summary>
    public static Tensor zeros(
        long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full([rows, columns], 0L, dtype, device, requires_grad);

    /// <summary>A tensor filled with zero.</summary>
    public static Tensor zeros(
        int size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full([size], 0L, dtype, device, requires_grad);

    /// <summary>A tensor filled with zero.</summary>
    public static Tensor zeros(
        int rows, int columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full([rows, columns], 0L, dtype, device, requires_grad);

    /// <summary>A tensor of another's shape filled with zero.</summary>
    public static Tensor zeros_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FullLike(input, 0L, dtype, device, requires_grad);

    /// <summary>A tensor filled with one.</summary>
    public static Tensor ones(
        long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full(size, 1L, dtype, device, requires_grad);

    /// <summary>A tensor filled with one.</summary>
    public static Tensor ones(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full(size, 1L, dtype, device, requires_grad);

    /// <summary>A tensor filled with one.</summary>
    public static Tensor ones(
        long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full([size], 1L, dtype, device, requires_grad);

    /// <summary>A tensor filled with one.</summary>
    public static Tensor ones(
        long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full([rows, columns], 1L, dtype, device, requires_grad);

    /// <summary>A tensor filled with one.</summary>
    public static Tensor ones(
        int size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full([size], 1L, dtype, device, requires_grad);

    /// <summary>A tensor filled with one.</summary>
    public static Tensor ones(
        int rows, int columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full([rows, columns], 1L, dtype, device, requires_grad);

    /// <summary>A tensor of another's shape filled with one.</summary>
    public static Tensor ones_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FullLike(input, 1L, dtype, device, requires_grad);

    /// <summary>A tensor whose elements mean nothing yet.</summary>
    public static Tensor empty(
        long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full(size, 0L, dtype, device, requires_grad);

    /// <summary>A tensor whose elements mean nothing yet.</summary>
    public static Tensor empty(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full(size, 0L, dtype, device, requires_grad);

    /// <summary>A tensor whose elements mean nothing yet.</summary>
    public static Tensor empty(
        long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full([size], 0L, dtype, device, requires_grad);

    /// <summary>A tensor whose elements mean nothing yet.</summary>
    public static Tensor empty(
        long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full([rows, columns], 0L, dtype, device, requires_grad);

    /// <summary>A tensor whose elements mean nothing yet.</summary>
    public static Tensor empty(
        int size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full([size], 0L, dtype, device, requires_grad);

    /// <summary>A tensor whose elements mean nothing yet.</summary>
    public static Tensor empty(
        int rows, int columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full([rows, columns], 0L, dtype, device, requires_grad);

    /// <summary>A tensor filled with a number.</summary>
    public static Tensor full(
        long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full(size, value, dtype, device, requires_grad);

    /// <summary>A tensor filled with a number.</summary>
    public static Tensor full(
        ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full(size, value, dtype, device, requires_grad);

    /// <summary>A tensor filled with a number.</summary>
    public static Tensor full(
        long size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full([size], value, dtype, device, requires_grad);

    /// <summary>A tensor filled with a number.</summary>
    public static Tensor full(
        long rows, long columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.Full([rows, columns], value, dtype, device, requires_grad);

    /// <summary>A tensor of another's shape filled with a number.</summary>
    public static Tensor full_like(
        Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FullLike(input, value, dtype, device, requires_grad);
}
