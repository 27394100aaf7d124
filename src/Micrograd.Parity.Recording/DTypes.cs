using static TorchSharp.torch;

namespace Micrograd.Parity.Recording;

/// <summary>Types of elements that recordings hold, under PyTorch's names and under those of safetensors.</summary>
internal static class DTypes
{
    internal const string Double = "float64";

    private static readonly (string Name, string Stored, ScalarType Type, double Roundoff)[] s_all =
    [
        (Double, "F64", ScalarType.Float64, 1.1102230246251565e-16),
        ("float32", "F32", ScalarType.Float32, 5.9604644775390625e-08),
        ("float16", "F16", ScalarType.Float16, 0.00048828125),
        ("bfloat16", "BF16", ScalarType.BFloat16, 0.00390625),
        ("int64", "I64", ScalarType.Int64, 0),
        ("int32", "I32", ScalarType.Int32, 0),
        ("int16", "I16", ScalarType.Int16, 0),
        ("int8", "I8", ScalarType.Int8, 0),
        ("uint8", "U8", ScalarType.Byte, 0),
        ("bool", "BOOL", ScalarType.Bool, 0),
    ];

    /// <summary>PyTorch's names.</summary>
    internal static IEnumerable<string> Names => s_all.Select(type => type.Name);

    /// <summary>PyTorch's name; null of a type that recordings do not hold.</summary>
    internal static string? Name(ScalarType type) => s_all.FirstOrDefault(row => row.Type == type).Name;

    /// <summary>The type of PyTorch's name; null if recordings hold none of this name.</summary>
    internal static ScalarType? Find(string name) => s_all.FirstOrDefault(row => row.Name == name) is { Name: not null } row ? row.Type : null;

    /// <summary>The name in a safetensors file.</summary>
    internal static string Stored(ScalarType type) => s_all.First(row => row.Type == type).Stored;

    /// <summary>The name in a safetensors file, by PyTorch's.</summary>
    internal static string Stored(string name) => s_all.First(row => row.Name == name).Stored;

    /// <summary>The type of a name in a safetensors file.</summary>
    internal static ScalarType OfStored(string stored) => s_all.First(row => row.Stored == stored).Type;

    /// <summary>Greatest relative error of rounding to the type; 0 for whole numbers.</summary>
    internal static double Roundoff(ScalarType type) => s_all.First(row => row.Type == type).Roundoff;
}
