namespace TorchSharp;

/// <summary>A number with its type, as the operand of an operation on tensors.</summary>
public sealed class Scalar : IDisposable
{
    internal readonly Number Number;

    internal Scalar(Number number, torch.ScalarType type)
    {
        Number = number;
        Type = type;
    }

    /// <summary>The number's type.</summary>
    public torch.ScalarType Type { get; }

    /// <summary>A byte as a scalar.</summary>
    public static implicit operator Scalar(byte value) => new((long)value, torch.ScalarType.Int64);

    /// <summary>A signed byte as a scalar.</summary>
    public static implicit operator Scalar(sbyte value) => new((long)value, torch.ScalarType.Int64);

    /// <summary>A 16-bit integer as a scalar.</summary>
    public static implicit operator Scalar(short value) => new((long)value, torch.ScalarType.Int64);

    /// <summary>A 32-bit integer as a scalar.</summary>
    public static implicit operator Scalar(int value) => new((long)value, torch.ScalarType.Int64);

    /// <summary>A 64-bit integer as a scalar.</summary>
    public static implicit operator Scalar(long value) => new(value, torch.ScalarType.Int64);

    /// <summary>A single as a scalar.</summary>
    public static implicit operator Scalar(float value) => new((double)value, torch.ScalarType.Float64);

    /// <summary>A double as a scalar.</summary>
    public static implicit operator Scalar(double value) => new(value, torch.ScalarType.Float64);

    /// <summary>A boolean as a scalar.</summary>
    public static implicit operator Scalar(bool value) => new(value, torch.ScalarType.Bool);

    /// <summary>Does nothing: a scalar holds no native memory here.</summary>
    public void Dispose()
    {
    }

    internal double AsDouble => Number.Kind == 0 ? BitConverter.Int64BitsToDouble(Number.Bits) : Number.Bits;

    internal long AsLong => Number.Kind == 0 ? checked((long)AsDouble) : Number.Bits;
}

/// <summary>Conversions of scalars from and to numbers.</summary>
public static class ScalarExtensionMethods
{
    /// <summary>The number as a scalar.</summary>
    public static Scalar ToScalar(this byte value) => value;
    /// <summary>The number as a scalar.</summary>
    public static Scalar ToScalar(this sbyte value) => value;
    /// <summary>The number as a scalar.</summary>
    public static Scalar ToScalar(this short value) => value;
    /// <summary>The number as a scalar.</summary>
    public static Scalar ToScalar(this int value) => value;
    /// <summary>The number as a scalar.</summary>
    public static Scalar ToScalar(this long value) => value;
    /// <summary>The number as a scalar.</summary>
    public static Scalar ToScalar(this float value) => value;
    /// <summary>The number as a scalar.</summary>
    public static Scalar ToScalar(this double value) => value;
    /// <summary>The boolean as a scalar.</summary>
    public static Scalar ToScalar(this bool value) => value;

    /// <summary>The scalar as a double.</summary>
    public static double ToDouble(this Scalar value) => value.AsDouble;
    /// <summary>The scalar as a single.</summary>
    public static float ToSingle(this Scalar value) => (float)value.AsDouble;
    /// <summary>The scalar as a 64-bit integer.</summary>
    public static long ToInt64(this Scalar value) => value.AsLong;
    /// <summary>The scalar as a 32-bit integer.</summary>
    public static int ToInt32(this Scalar value) => checked((int)value.AsLong);
    /// <summary>Whether the scalar is not zero.</summary>
    public static bool ToBoolean(this Scalar value) => value.AsDouble != 0;
}
