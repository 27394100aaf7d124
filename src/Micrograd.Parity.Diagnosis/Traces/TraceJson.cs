using System.Text.Json;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>Reads JSON of one line of a trace; invalid JSON is reported with the line.</summary>
internal static class TraceJson
{
    private static readonly JsonDocumentOptions s_options = new() { AllowDuplicateProperties = false };

    internal static JsonDocument Parse(TraceLines lines, ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonDocument.Parse(line.ToArray(), s_options);
        }
        catch (JsonException e)
        {
            throw NoJson(lines, e);
        }
    }

    internal static TraceFormatException NoJson(TraceLines lines, Exception e)
    {
        if (lines.IsCutOff)
            return lines.Wrong("the file ends in the middle of a line: it is cut off. Record it anew.", cause: e);
        var reason = PlainText.Short(e.Message.Split(" LineNumber:")[0].Split(" Path:")[0], 160);
        return lines.Wrong($"this is no JSON: {reason} Numbers that are not finite are the texts \"NaN\", \"Infinity\" and \"-Infinity\".", cause: e);
    }

    /// <summary>Reads the number or the text for one at which a reader stands.</summary>
    internal static double Number(TraceLines lines, ref Utf8JsonReader reader, string key, bool isFloat32)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            var number = reader.GetDouble();
            if (double.IsInfinity(number))
                throw lines.Wrong($"'{key}' is beyond a double's range. An infinite number is written \"Infinity\" or \"-Infinity\".");
            return Rounded(number, isFloat32);
        }

        if (reader.TokenType == JsonTokenType.String)
        {
            if (reader.ValueTextEquals("NaN"u8))
                return double.NaN;
            if (reader.ValueTextEquals("Infinity"u8))
                return double.PositiveInfinity;
            if (reader.ValueTextEquals("-Infinity"u8))
                return double.NegativeInfinity;
        }

        throw lines.Wrong($"'{key}' must be a number, \"NaN\", \"Infinity\" or \"-Infinity\".");
    }

    /// <summary>A number as the engine had it: one that computes in float32 may write 0.1 for the float nearest to it.</summary>
    internal static double Rounded(double number, bool isFloat32) => isFloat32 ? (float)number : number;

    internal static double Number(TraceLines lines, JsonElement element, string key, bool isFloat32) =>
        element.ValueKind switch
        {
            JsonValueKind.Number when element.GetDouble() is var number && double.IsFinite(number) => Rounded(number, isFloat32),
            JsonValueKind.Number => throw lines.Wrong($"'{key}' has {element.GetRawText()}, which is beyond a double's range. Write \"Infinity\"."),
            _ => JsonNumber.Read(element) ?? throw lines.Wrong($"'{key}' must be a number, \"NaN\", \"Infinity\" or \"-Infinity\"."),
        };

    internal static int Whole(TraceLines lines, JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number) && number >= 0
            ? number
            : throw lines.Wrong($"'{key}' must be a whole number of 0 or more.");

    internal static string Shown(double number) => NumberText.Of(number);
}
