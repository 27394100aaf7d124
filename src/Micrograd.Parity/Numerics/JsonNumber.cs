using System.Globalization;
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

    private const ulong LargestWhole = 1UL << 53;

    /// <summary>
    /// Writes distances: a number, or the text of one that a double does not hold; null for <see cref="ulong.MaxValue"/>, where one side is no number.
    /// </summary>
    internal sealed class DistanceConverter : JsonConverter<ulong>
    {
        public override bool HandleNull => true;

        public override ulong Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType switch
            {
                JsonTokenType.Null => ulong.MaxValue,
                JsonTokenType.Number => reader.GetUInt64(),
                JsonTokenType.String when ulong.TryParse(reader.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var ulp) => ulp,
                _ => throw new JsonException(),
            };

        public override void Write(Utf8JsonWriter writer, ulong value, JsonSerializerOptions options)
        {
            if (value == ulong.MaxValue)
                writer.WriteNullValue();
            else if (value <= LargestWhole)
                writer.WriteNumberValue(value);
            else
                writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
    }

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
