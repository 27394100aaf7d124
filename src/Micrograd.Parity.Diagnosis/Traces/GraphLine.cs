using System.Text;
using System.Text.Json;
using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>One line of a file of graphs, of any kind: what it holds, and which keys it gives.</summary>
internal struct GraphLine
{
    private static readonly string[] s_keys =
    [
        "id",
        "op",
        "parents",
        "settings",
        "index",
        "straight_through",
        "value",
        "gradient",
        "label",
        "means",
        "graph",
        "root",
        "upstream",
        "meant",
        "end",
    ];

    private static readonly byte[][] s_utf8Keys = Array.ConvertAll(s_keys, Encoding.UTF8.GetBytes);

    private int _given;

    internal TraceId? Id { get; private set; }

    internal string? Op { get; private set; }

    internal List<TraceId>? Parents { get; private set; }

    internal double[]? Settings { get; private set; }

    internal int? Index { get; private set; }

    internal bool IsStraightThrough { get; private set; }

    internal double? Value { get; private set; }

    internal double? Gradient { get; private set; }

    internal string? Label { get; private set; }

    internal TraceId? Means { get; private set; }

    internal string? Graph { get; private set; }

    internal TraceId? Root { get; private set; }

    internal double? Upstream { get; private set; }

    internal bool IsMeant { get; private set; }

    internal int? End { get; private set; }

    /// <summary>The line's number in the file, counted from 1.</summary>
    internal int Number { get; private init; }

    /// <summary>Reads a line.</summary>
    internal static GraphLine Read(TraceLines lines, ReadOnlySpan<byte> bytes, bool isFloat32)
    {
        try
        {
            return Members(lines, bytes, isFloat32);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw TraceJson.NoJson(lines, e);
        }
    }

    /// <summary>Refuses keys that do not belong to a line of a kind.</summary>
    internal readonly void CheckBelongs(TraceLines lines, string what, params ReadOnlySpan<string> keys)
    {
        for (var k = 0; k < s_keys.Length; k++)
        {
            if ((_given >> k & 1) != 0 && !keys.Contains(s_keys[k]))
                throw lines.Wrong($"'{s_keys[k]}' does not belong to a line with \"{keys[0]}\" ({what}): its keys are {string.Join(", ", keys)}.");
        }
    }

    private static GraphLine Members(TraceLines lines, ReadOnlySpan<byte> bytes, bool isFloat32)
    {
        var reader = new Utf8JsonReader(bytes);
        var line = new GraphLine { Number = lines.Number };
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw lines.Wrong("a line must be an object, in braces.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = Key(lines, ref reader);
            reader.Read();
            if ((line._given >> key & 1) != 0)
                throw lines.Wrong($"'{s_keys[key]}' is given twice.");
            line._given |= 1 << key;
            line.Member(lines, ref reader, s_keys[key], isFloat32);
        }

        // Anything after the object is an error of its own.
        while (reader.Read()) { }

        return line;
    }

    private static int Key(TraceLines lines, ref Utf8JsonReader reader)
    {
        for (var k = 0; k < s_keys.Length; k++)
        {
            if (reader.ValueTextEquals(s_utf8Keys[k]))
                return k;
        }

        var key = reader.GetString()!;
        throw lines.Wrong($"there is no '{key}'{Nearest.Ending(key, s_keys)} Known are {string.Join(", ", s_keys)}.");
    }

    private void Member(TraceLines lines, ref Utf8JsonReader reader, string key, bool isFloat32)
    {
        switch (key)
        {
            case "id":
                Id = ReadId(lines, ref reader, key);
                break;
            case "op":
                Op = reader.TokenType == JsonTokenType.Null ? null : lines.Word(ref reader) ?? throw NoText(lines, key);
                break;
            case "parents":
                Parents = [];
                for (StartList(lines, ref reader, key); reader.Read() && reader.TokenType != JsonTokenType.EndArray; )
                    Parents.Add(ReadId(lines, ref reader, key));
                break;
            case "settings":
                var settings = new List<double>();
                for (StartList(lines, ref reader, key); reader.Read() && reader.TokenType != JsonTokenType.EndArray; )
                    settings.Add(Finite(lines, ref reader, key));
                Settings = [.. settings];
                break;
            case "index":
                Index =
                    reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var index) && index >= 0
                        ? index
                        : throw lines.Wrong("'index' must be a whole number, counted from 0.");
                break;
            case "straight_through":
                IsStraightThrough = Flag(lines, ref reader, key);
                break;
            case "value":
                Value = TraceJson.Number(lines, ref reader, key, isFloat32);
                break;
            case "gradient":
                Gradient = reader.TokenType == JsonTokenType.Null ? null : TraceJson.Number(lines, ref reader, key, isFloat32);
                break;
            case "label":
                Label = reader.TokenType == JsonTokenType.Null ? null : Text(lines, ref reader, key);
                break;
            case "means":
                Means = ReadId(lines, ref reader, key);
                break;
            case "graph":
                Graph = ReadId(lines, ref reader, key).ToString();
                break;
            case "root":
                Root = ReadId(lines, ref reader, key);
                break;
            case "upstream":
                Upstream = TraceJson.Number(lines, ref reader, key, isFloat32: false);
                break;
            case "meant":
                IsMeant = Flag(lines, ref reader, key);
                break;
            default:
                End =
                    reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var records) && records > 0
                        ? records
                        : throw lines.Wrong("'end' must be the number of lines before it.");
                break;
        }
    }

    private static bool Flag(TraceLines lines, ref Utf8JsonReader reader, string key) =>
        reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean() : throw lines.Wrong($"'{key}' must be true or false.");

    private static double Finite(TraceLines lines, ref Utf8JsonReader reader, string key)
    {
        var number = TraceJson.Number(lines, ref reader, key, isFloat32: false);
        return double.IsFinite(number) ? number : throw lines.Wrong($"'{key}' must be finite, but has {TraceJson.Shown(number)}.");
    }

    private static void StartList(TraceLines lines, ref Utf8JsonReader reader, string key)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw lines.Wrong($"'{key}' must be a list, in brackets.");
    }

    private static string Text(TraceLines lines, ref Utf8JsonReader reader, string key) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw NoText(lines, key);

    private static TraceFormatException NoText(TraceLines lines, string key) => lines.Wrong($"'{key}' must be a text.");

    private static TraceId ReadId(TraceLines lines, ref Utf8JsonReader reader, string key)
    {
        if (reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 0 } text)
            return TraceId.Parse(text);
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)
            ? TraceId.From(number)
            : throw lines.Wrong($"'{key}' must hold {(key == "parents" ? "ids: texts or whole numbers" : "a text or a whole number")}.");
    }
}
