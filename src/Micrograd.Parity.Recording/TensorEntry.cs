using System.Text.Json;

namespace Micrograd.Parity.Recording;

/// <summary>A tensor of a recording, as its line describes it.</summary>
/// <param name="Quantity">The quantity, such as <c>output</c>.</param>
/// <param name="Of">The name of the module or parameter.</param>
internal sealed record TensorEntry(string Quantity, string Of)
{
    internal int Call { get; init; }

    internal int Part { get; init; }

    internal string? State { get; init; }

    /// <summary>The mode of the module that gave it; null of what no module gave.</summary>
    internal bool? Training { get; init; }

    /// <summary>Places, in the step's list, of what the module was given.</summary>
    internal IReadOnlyList<int>? Inputs { get; init; }

    internal string? DType { get; init; }

    internal IReadOnlyList<long> Shape { get; init; } = [];

    /// <summary>Number of elements.</summary>
    internal long Elements => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>The place of the entry that has the same numbers.</summary>
    internal int? SameAs { get; init; }

    internal Content? Content { get; init; }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("quantity", Quantity);
        json.WriteString("of", Of);
        if (Call > 0)
            json.WriteNumber("call", Call);
        if (Part > 0)
            json.WriteNumber("part", Part);
        if (State is not null)
            json.WriteString("state", State);
        if (Training == false)
            json.WriteBoolean("training", false);
        if (Inputs is not null)
        {
            json.WriteStartArray("inputs");
            foreach (var input in Inputs)
                json.WriteNumberValue(input);
            json.WriteEndArray();
        }

        if (DType is null)
        {
            json.WriteBoolean("none", true);
        }
        else
        {
            json.WriteString("dtype", DType);
            JsonParts.WriteShape(json, Shape);
        }

        if (SameAs is { } same)
            json.WriteNumber("same_as", same);
        else
            Content?.Write(json);
        json.WriteEndObject();
    }
}
