using System.Collections;
using System.Text.Json;

namespace Micrograd.Parity.Recording;

/// <summary>Parts of a recording's lines. Numbers have so many digits that the same bits are read; what JSON has no number for is a text.</summary>
internal static class JsonParts
{
    internal static void Write(Utf8JsonWriter json, string name, double number)
    {
        json.WritePropertyName(name);
        Write(json, number);
    }

    internal static void Write(Utf8JsonWriter json, double number)
    {
        if (!double.IsFinite(number))
        {
            json.WriteStringValue(
                double.IsNaN(number) ? "NaN"
                : number > 0 ? "Infinity"
                : "-Infinity"
            );
            return;
        }

        json.WriteRawValue(NumberText.Of(number), skipInputValidation: true);
    }

    internal static void WriteShape(Utf8JsonWriter json, IReadOnlyList<long> shape)
    {
        json.WriteStartArray("shape");
        foreach (var size in shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
    }

    internal static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    internal static void WriteOptions(Utf8JsonWriter json, IReadOnlyDictionary<string, object?> options)
    {
        json.WriteStartObject();
        foreach (var (name, value) in options)
        {
            json.WritePropertyName(name);
            WriteValue(json, value);
        }

        json.WriteEndObject();
    }

    internal static void WriteEntries(Utf8JsonWriter json, IReadOnlyList<TensorEntry> entries)
    {
        json.WriteStartArray("tensors");
        foreach (var entry in entries)
            entry.Write(json);
        json.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case double number:
                Write(json, number);
                break;
            case IEnumerable list:
                json.WriteStartArray();
                foreach (var item in list)
                    WriteValue(json, item);
                json.WriteEndArray();
                break;
            default:
                json.WriteNumberValue(Convert.ToInt64(value, null));
                break;
        }
    }
}
