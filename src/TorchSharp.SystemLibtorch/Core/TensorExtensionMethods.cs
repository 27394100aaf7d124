using TorchSharp.Modules;

namespace TorchSharp;

/// <summary>Conversions of tensors to numbers and back.</summary>
public static class TensorExtensionMethods
{
    /// <summary>The tensor as a module's parameter, sharing its elements.</summary>
    public static Parameter AsParameter(this torch.Tensor tensor) => new(tensor, tensor.requires_grad);

    /// <summary>The single element as a double.</summary>
    public static double ToDouble(this torch.Tensor value) => value.item<double>();
    /// <summary>The single element as a single.</summary>
    public static float ToSingle(this torch.Tensor value) => value.item<float>();
    /// <summary>The single element as a 64-bit integer.</summary>
    public static long ToInt64(this torch.Tensor value) => value.item<long>();
    /// <summary>The single element as a 32-bit integer.</summary>
    public static int ToInt32(this torch.Tensor value) => value.item<int>();
    /// <summary>Whether the single element is not zero.</summary>
    public static bool ToBoolean(this torch.Tensor value) => value.item<bool>();

    /// <summary>A number as a tensor without dimensions.</summary>
    public static torch.Tensor ToTensor<T>(this T scalar, torch.Device? device = null, bool requires_grad = false) where T : struct
    {
        torch.OnCpu(device);
        return scalar switch
        {
            double x => torch.tensor(x, requires_grad: requires_grad),
            float x => torch.tensor(x, requires_grad: requires_grad),
            long x => torch.tensor(x, requires_grad: requires_grad),
            int x => torch.tensor(x, requires_grad: requires_grad),
            bool x => torch.tensor(x, requires_grad: requires_grad),
            _ => throw new NotSupportedException($"No tensor is made from {typeof(T)}."),
        };
    }

    /// <summary>The size of an element in bytes.</summary>
    public static int ElementSize(this torch.ScalarType type) => type switch
    {
        torch.ScalarType.Byte or torch.ScalarType.Int8 or torch.ScalarType.Bool => 1,
        torch.ScalarType.Int16 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16 => 2,
        torch.ScalarType.Int32 or torch.ScalarType.Float32 => 4,
        torch.ScalarType.Int64 or torch.ScalarType.Float64 or torch.ScalarType.ComplexFloat32 => 8,
        torch.ScalarType.ComplexFloat64 => 16,
        _ => throw new NotSupportedException($"{type} has no known size."),
    };

    /// <summary>The product of the lengths.</summary>
    public static long TotalSize(this IEnumerable<long> shape) => shape.Aggregate(1L, (n, length) => n * length);
}
