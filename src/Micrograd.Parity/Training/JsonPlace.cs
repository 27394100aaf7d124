using System.Text;
using System.Text.Json;
using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Training;

/// <summary>A JSON value that knows its line.</summary>
/// <param name="Kind">Its JSON type.</param>
/// <param name="Line">The line it starts on, counted from 1.</param>
internal sealed record JsonPlace(JsonValueKind Kind, int Line)
{
    /// <summary>The number of a number.</summary>
    internal double Number { get; private init; }

    /// <summary>The text of a string; of any other value, how to name it in a message.</summary>
    internal string Text { get; private init; } = "";

    /// <summary>The members of an object, with the lines of their keys.</summary>
    internal IReadOnlyList<(string Key, int Line, JsonPlace Value)> Members { get; private init; } = [];

    /// <summary>The elements of an array.</summary>
    internal IReadOnlyList<JsonPlace> Elements { get; private init; } = [];

    /// <summary>Reads a document; comments and trailing commas are allowed, a key must not occur twice.</summary>
    /// <exception cref="TrainingFileException">It is no JSON.</exception>
    internal static JsonPlace Parse(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            if (!reader.Read())
                throw new TrainingFileException(1, "the file is empty.");
            var root = Value(ref reader, bytes);
            reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            var reason = e.Message.Split(" LineNumber:")[0];
            throw new TrainingFileException((int)(e.LineNumber ?? 0) + 1, $"this is no JSON: {reason}");
        }
    }

    /// <summary>A kind's name as the object that has nothing but this kind.</summary>
    internal JsonPlace AsKind() => new(JsonValueKind.Object, Line) { Members = [("kind", Line, this)], Text = "an object" };

    private static JsonPlace Value(ref Utf8JsonReader reader, byte[] bytes)
    {
        var line = LineOf(in reader, bytes);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<(string Key, int Line, JsonPlace Value)>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var (key, keyLine) = (reader.GetString()!, LineOf(in reader, bytes));
                    if (members.Exists(m => m.Key == key))
                        throw new TrainingFileException(keyLine, $"'{PlainText.Short(key)}' is given twice.");
                    reader.Read();
                    members.Add((key, keyLine, Value(ref reader, bytes)));
                }

                return new JsonPlace(JsonValueKind.Object, line) { Members = members, Text = "an object" };
            case JsonTokenType.StartArray:
                var elements = new List<JsonPlace>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    elements.Add(Value(ref reader, bytes));
                return new JsonPlace(JsonValueKind.Array, line) { Elements = elements, Text = "a list" };
            case JsonTokenType.String:
                return new JsonPlace(JsonValueKind.String, line) { Text = reader.GetString()! };
            case JsonTokenType.Number:
                return new JsonPlace(JsonValueKind.Number, line) { Number = reader.GetDouble(), Text = Encoding.UTF8.GetString(reader.ValueSpan) };
            case JsonTokenType.True or JsonTokenType.False:
                return new JsonPlace(reader.TokenType == JsonTokenType.True ? JsonValueKind.True : JsonValueKind.False, line)
                {
                    Text = reader.TokenType == JsonTokenType.True ? "true" : "false",
                };
            default:
                return new JsonPlace(JsonValueKind.Null, line) { Text = "null" };
        }
    }

    private static int LineOf(in Utf8JsonReader reader, byte[] bytes) => 1 + bytes.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n');
}
