using System.Text.Json;
using System.Text.Json.Nodes;

namespace Micrograd.Parity.Programs;

/// <summary>A double in JSON, with all its bits but those of a NaN: a number, or "NaN", "Infinity", "-Infinity".</summary>
internal static class JsonNumber
{
    internal static JsonValue Write(double number) =>
        double.IsNaN(number) ? JsonValue.Create("NaN")
        : double.IsPositiveInfinity(number) ? JsonValue.Create("Infinity")
        : double.IsNegativeInfinity(number) ? JsonValue.Create("-Infinity")
        : JsonValue.Create(number);

    /// <summary>The number; null where the element is none.</summary>
    internal static double? Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.String => element.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => null,
        },
        _ => null,
    };
}
