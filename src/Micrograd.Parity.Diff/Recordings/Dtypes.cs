using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recordings;

/// <summary>Types of elements under PyTorch's names and those of safetensors.</summary>
internal static class Dtypes
{
    private static readonly (string Name, string Stored, ScalarType Type, double Roundoff)[] s_all =
    [
        ("float64", "F64", ScalarType.Float64, 1.1102230246251565e-16),
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

    /// <summary>The names that a recording may have.</summary>
    internal static IEnumerable<string> Names => s_all.Select(type => type.Name);

    /// <summary>The type of a name; null if there is none.</summary>
    internal static ScalarType? Find(string name) => s_all.FirstOrDefault(type => type.Name == name) is { Name: not null } found ? found.Type : null;

    /// <summary>The type's name in safetensors.</summary>
    internal static string Stored(ScalarType type) => Row(type).Stored;

    /// <summary>Greatest relative error of rounding to the type; 0 for whole numbers.</summary>
    internal static double Roundoff(ScalarType type) => Row(type).Roundoff;

    private static (string Name, string Stored, ScalarType Type, double Roundoff) Row(ScalarType type) => s_all.First(row => row.Type == type);
}
