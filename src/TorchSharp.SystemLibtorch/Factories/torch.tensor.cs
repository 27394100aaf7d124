namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor without dimensions.</summary>
    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        OnCpu(device);
        return Factory.Zero(scalar, dtype ?? ScalarType.Float64, requires_grad);
    }

    /// <summary>A tensor without dimensions.</summary>
    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        OnCpu(device);
        return Factory.Zero(scalar, dtype ?? ScalarType.Int64, requires_grad);
    }

    /// <summary>A tensor without dimensions.</summary>
    public static Tensor tensor(bool scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        OnCpu(device);
        return Factory.Zero(scalar, dtype ?? ScalarType.Bool, requires_grad);
    }

    /// <summary>A tensor without dimensions.</summary>
    public static Tensor tensor(float scalar, Device? device = null, bool requires_grad = false)
    {
        OnCpu(device);
        return Factory.Zero((double)scalar, ScalarType.Float32, requires_grad);
    }

    /// <summary>A tensor without dimensions.</summary>
    public static Tensor tensor(int scalar, Device? device = null, bool requires_grad = false)
    {
        OnCpu(device);
        return Factory.Zero((long)scalar, ScalarType.Int32, requires_grad);
    }

    /// <summary>A tensor of one dimension with a copy of the elements.</summary>
    public static Tensor tensor(
        double[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.From(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor of one dimension with a copy of the elements.</summary>
    public static Tensor tensor(
        IList<double> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.From(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor of a shape with a copy of the elements, the last dimension running fastest.</summary>
    public static Tensor tensor(
        double[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        Factory.From<double>(rawArray, dimensions, dtype, device, requires_grad);

    /// <summary>A matrix with a copy of the elements, row by row.</summary>
    public static Tensor tensor(
        IList<double> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        Factory.From(Factory.Span(rawArray), [rows, columns], dtype, device, requires_grad);

    /// <summary>A tensor with the array's shape and a copy of its elements.</summary>
    public static Tensor tensor(
        double[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FromArray<double>(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor with the array's shape and a copy of its elements.</summary>
    public static Tensor tensor(
        double[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FromArray<double>(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor with the array's shape and a copy of its elements.</summary>
    public static Tensor tensor(
        double[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FromArray<double>(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor of one dimension with a copy of the elements.</summary>
    public static Tensor tensor(
        float[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.From(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor of one dimension with a copy of the elements.</summary>
    public static Tensor tensor(
        IList<float> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.From(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor of a shape with a copy of the elements, the last dimension running fastest.</summary>
    public static Tensor tensor(
        float[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        Factory.From<float>(rawArray, dimensions, dtype, device, requires_grad);

    /// <summary>A matrix with a copy of the elements, row by row.</summary>
    public static Tensor tensor(
        IList<float> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        Factory.From(Factory.Span(rawArray), [rows, columns], dtype, device, requires_grad);

    /// <summary>A tensor with the array's shape and a copy of its elements.</summary>
    public static Tensor tensor(
        float[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FromArray<float>(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor with the array's shape and a copy of its elements.</summary>
    public static Tensor tensor(
        float[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FromArray<float>(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor with the array's shape and a copy of its elements.</summary>
    public static Tensor tensor(
        float[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FromArray<float>(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor of one dimension with a copy of the elements.</summary>
    public static Tensor tensor(
        long[] dataArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.From(dataArray, dtype, device, requires_grad);

    /// <summary>A tensor of one dimension with a copy of the elements.</summary>
    public static Tensor tensor(
        IList<long> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.From(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor of a shape with a copy of the elements, the last dimension running fastest.</summary>
    public static Tensor tensor(
        long[] dataArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        Factory.From<long>(dataArray, dimensions, dtype, device, requires_grad);

    /// <summary>A matrix with a copy of the elements, row by row.</summary>
    public static Tensor tensor(
        IList<long> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        Factory.From(Factory.Span(rawArray), [rows, columns], dtype, device, requires_grad);

    /// <summary>A tensor with the array's shape and a copy of its elements.</summary>
    public static Tensor tensor(
        long[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FromArray<long>(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor with the array's shape and a copy of its elements.</summary>
    public static Tensor tensor(
        long[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FromArray<long>(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor with the array's shape and a copy of its elements.</summary>
    public static Tensor tensor(
        long[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FromArray<long>(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor of one dimension with a copy of the elements.</summary>
    public static Tensor tensor(
        int[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.From(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor of one dimension with a copy of the elements.</summary>
    public static Tensor tensor(
        IList<int> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.From(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor of a shape with a copy of the elements, the last dimension running fastest.</summary>
    public static Tensor tensor(
        int[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        Factory.From<int>(rawArray, dimensions, dtype, device, requires_grad);

    /// <summary>A matrix with a copy of the elements, row by row.</summary>
    public static Tensor tensor(
        IList<int> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        Factory.From(Factory.Span(rawArray), [rows, columns], dtype, device, requires_grad);

    /// <summary>A tensor with the array's shape and a copy of its elements.</summary>
    public static Tensor tensor(
        int[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FromArray<int>(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor with the array's shape and a copy of its elements.</summary>
    public static Tensor tensor(
        int[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FromArray<int>(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor with the array's shape and a copy of its elements.</summary>
    public static Tensor tensor(
        int[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FromArray<int>(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor of one dimension with a copy of the elements.</summary>
    public static Tensor tensor(
        bool[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.From(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor of one dimension with a copy of the elements.</summary>
    public static Tensor tensor(
        IList<bool> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.From(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor of a shape with a copy of the elements, the last dimension running fastest.</summary>
    public static Tensor tensor(
        bool[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        Factory.From<bool>(rawArray, dimensions, dtype, device, requires_grad);

    /// <summary>A matrix with a copy of the elements, row by row.</summary>
    public static Tensor tensor(
        IList<bool> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        Factory.From(Factory.Span(rawArray), [rows, columns], dtype, device, requires_grad);

    /// <summary>A tensor with the array's shape and a copy of its elements.</summary>
    public static Tensor tensor(
        bool[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FromArray<bool>(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor with the array's shape and a copy of its elements.</summary>
    public static Tensor tensor(
        bool[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FromArray<bool>(rawArray, dtype, device, requires_grad);

    /// <summary>A tensor with the array's shape and a copy of its elements.</summary>
    public static Tensor tensor(
        bool[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Factory.FromArray<bool>(rawArray, dtype, device, requires_grad);
}
