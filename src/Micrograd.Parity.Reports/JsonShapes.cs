using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Reports;

/// <summary>Writes objects of a type in the shape of another.</summary>
/// <param name="write">Makes the shape of an object.</param>
/// <param name="read">Makes the object of a shape.</param>
internal sealed class ShapedConverter<T, TShape>(Func<T, TShape> write, Func<TShape, T> read) : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        read(JsonSerializer.Deserialize<TShape>(ref reader, options) ?? throw new JsonException("An object is missing."));

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, write(value), options);
}

/// <summary>Writes a list of numbers on one line.</summary>
internal sealed class NumberListConverter<T> : JsonConverter<IReadOnlyList<T>>
{
    public override IReadOnlyList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<T[]>(ref reader, options) ?? throw new JsonException("A list of numbers is missing.");

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options) =>
        writer.WriteRawValue($"[{string.Join(", ", value.Select(x => JsonSerializer.Serialize(x, options)))}]");
}

/// <summary>Leaves PyTorch's numbers out where they are ours.</summary>
internal static class SameSides
{
    internal static void Omit(JsonTypeInfo type)
    {
        var (ours, theirs) = (Property("ours"), Property("theirs"));
        if (ours?.Get is { } get && theirs is not null && theirs.PropertyType.IsAssignableFrom(ours.PropertyType) && !IsPlain(ours.PropertyType))
            theirs.ShouldSerialize = (item, value) => Text(get(item)) != Text(value);

        JsonPropertyInfo? Property(string name) => type.Properties.FirstOrDefault(p => p.Name == name);

        string Text(object? side) => JsonSerializer.Serialize(side, ours.PropertyType, type.Options);
    }

    private static bool IsPlain(Type type) => type == typeof(string) || type.IsValueType;
}
