using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Micrograd.Parity.Numerics;

/// <summary>A double in JSON, with all its bits but those of a NaN: a number, or "NaN", "Infinity", "-Infinity".</summary>
internal static class JsonNumber
{
    /// <summary>The number as it stands in a document.</summary>
    internal static string Text(double number) =>
        double.IsFinite(number) ? NumberText.Of(number)
        : double.IsNaN(number) ? "\"NaN\""
        : number > 0 ? "\"Infinity\""
        : "\"-Infinity\"";

    /// <summary>The number as a part of a document.</summary>
    internal static JsonValue Write(double number) => JsonNode.Parse(Text(number))!.AsValue();

    /// <summary>Writes the number.</summary>
    internal static void Write(Utf8JsonWriter writer, double number) => writer.WriteRawValue(Text(number), skipInputValidation: true);

    /// <summary>The number; null where the element is none.</summary>
    internal static double? Read(JsonElement element) =>
        element.ValueKind switch
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

    /// <summary>Writes doubles wherever a serializer meets them, and reads them as it does by itself.</summary>
    internal sealed class Converter : JsonConverter<double>
    {
        private static readonly JsonSerializerOptions s_plain = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType switch
            {
                JsonTokenType.Number => reader.GetDouble() is var number && double.IsFinite(number)
                    ? number
                    : throw new JsonException("A number is beyond a double's range."),
                JsonTokenType.String => JsonSerializer.Deserialize<double>(ref reader, s_plain),
                _ => throw new JsonException(),
            };

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => JsonNumber.Write(writer, value);
    }
}
