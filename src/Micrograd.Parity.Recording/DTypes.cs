using static TorchSharp.torch;

namespace Micrograd.Parity.Recording;

/// <summary>Types of elements, under PyTorch's names and under those of safetensors.</summary>
internal static class DTypes
{
    internal const string Double = "float64";

    private static readonly Dictionary<ScalarType, string> s_names = new()
    {
        [ScalarType.Float64] = Double,
        [ScalarType.Float32] = "float32",
        [ScalarType.Float16] = "float16",
        [ScalarType.BFloat16] = "bfloat16",
        [ScalarType.Int64] = "int64",
        [ScalarType.Int32] = "int32",
        [ScalarType.Int16] = "int16",
        [ScalarType.Int8] = "int8",
        [ScalarType.Byte] = "uint8",
        [ScalarType.Bool] = "bool",
    };

    private static readonly Dictionary<string, string> s_stored = new()
    {
        [Double] = "F64",
        ["float32"] = "F32",
        ["float16"] = "F16",
        ["bfloat16"] = "BF16",
        ["int64"] = "I64",
        ["int32"] = "I32",
        ["int16"] = "I16",
        ["int8"] = "I8",
        ["uint8"] = "U8",
        ["bool"] = "BOOL",
    };

    /// <summary>PyTorch's name; null of a type that recordings do not hold.</summary>
    internal static string? Name(ScalarType type) => s_names.GetValueOrDefault(type);

    /// <summary>The name in a safetensors file.</summary>
    internal static string Stored(string name) => s_stored[name];

    /// <summary>The type of a name in a safetensors file.</summary>
    internal static ScalarType OfStored(string stored) => s_names.Single(type => s_stored[type.Value] == stored).Key;
}
