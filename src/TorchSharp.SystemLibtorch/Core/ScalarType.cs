namespace TorchSharp;

public static partial class torch
{
    /// <summary>The type of a tensor's elements, numbered as libtorch numbers it.</summary>
    public enum ScalarType : sbyte
    {
        /// <summary>8-bit unsigned integer.</summary>
        Byte = 0,
        /// <summary>8-bit signed integer.</summary>
        Int8 = 1,
        /// <summary>16-bit integer.</summary>
        Int16 = 2,
        /// <summary>32-bit integer.</summary>
        Int32 = 3,
        /// <summary>64-bit integer.</summary>
        Int64 = 4,
        /// <summary>IEEE 754 half precision.</summary>
        Float16 = 5,
        /// <summary>IEEE 754 single precision.</summary>
        Float32 = 6,
        /// <summary>IEEE 754 double precision.</summary>
        Float64 = 7,
        /// <summary>Complex of two singles.</summary>
        ComplexFloat32 = 9,
        /// <summary>Complex of two doubles.</summary>
        ComplexFloat64 = 10,
        /// <summary>Boolean.</summary>
        Bool = 11,
        /// <summary>Brain floating point.</summary>
        BFloat16 = 15,
    }

    /// <summary>8-bit unsigned integer.</summary>
    public static readonly ScalarType uint8 = ScalarType.Byte;
    /// <summary>8-bit signed integer.</summary>
    public static readonly ScalarType int8 = ScalarType.Int8;
    /// <summary>16-bit integer.</summary>
    public static readonly ScalarType int16 = ScalarType.Int16;
    /// <summary>32-bit integer.</summary>
    public static readonly ScalarType int32 = ScalarType.Int32;
    /// <summary>64-bit integer.</summary>
    public static readonly ScalarType int64 = ScalarType.Int64;
    /// <summary>IEEE 754 single precision.</summary>
    public static readonly ScalarType float32 = ScalarType.Float32;
    /// <summary>IEEE 754 double precision.</summary>
    public static readonly ScalarType float64 = ScalarType.Float64;
    /// <summary>Boolean.</summary>
    public static readonly ScalarType @bool = ScalarType.Bool;
    /// <summary>64-bit integer.</summary>
    public static readonly ScalarType @long = ScalarType.Int64;
    /// <summary>32-bit integer.</summary>
    public static readonly ScalarType @int = ScalarType.Int32;
    /// <summary>IEEE 754 single precision.</summary>
    public static readonly ScalarType @float = ScalarType.Float32;
    /// <summary>IEEE 754 double precision.</summary>
    public static readonly ScalarType @double = ScalarType.Float64;

    private static ScalarType s_default = ScalarType.Float32;

    /// <summary>The type of floating-point tensors that are made without naming one.</summary>
    public static ScalarType get_default_dtype() => s_default;

    /// <summary>Sets the type of floating-point tensors that are made without naming one.</summary>
    public static void set_default_dtype(ScalarType dtype) => s_default = is_floating_point(dtype)
        ? dtype
        : throw new ArgumentException("Only floating-point types can be the default.", nameof(dtype));

    /// <summary>Whether the type is a real floating-point type.</summary>
    public static bool is_floating_point(ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16;

    /// <summary>Whether the type is an integer type; a boolean is none.</summary>
    public static bool is_integral(ScalarType type) => type is >= ScalarType.Byte and <= ScalarType.Int64;

    /// <summary>The element type of tensors that .NET's type maps to.</summary>
    internal static ScalarType TypeOf<T>() => ScalarTypes<T>.Value;

    private static class ScalarTypes<T>
    {
        public static readonly ScalarType Value =
            typeof(T) == typeof(double) ? ScalarType.Float64
            : typeof(T) == typeof(float) ? ScalarType.Float32
            : typeof(T) == typeof(long) ? ScalarType.Int64
            : typeof(T) == typeof(int) ? ScalarType.Int32
            : typeof(T) == typeof(short) ? ScalarType.Int16
            : typeof(T) == typeof(sbyte) ? ScalarType.Int8
            : typeof(T) == typeof(byte) ? ScalarType.Byte
            : typeof(T) == typeof(bool) ? ScalarType.Bool
            : throw new NotSupportedException($"No tensor holds elements of type {typeof(T)}.");
    }
}
