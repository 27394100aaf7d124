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

    internal static void WriteEntries(Utf8JsonWriter json, IReadOnlyList<TensorEntry> entries)
    {
        json.WriteStartArray("tensors");
        foreach (var entry in entries)
            entry.Write(json);
        json.WriteEndArray();
    }
}
