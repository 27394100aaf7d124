using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Micrograd.Parity.Inputs;

/// <summary>A JSON value that knows its line and its way from the root, and refuses to be read as what it is not.</summary>
internal sealed class JsonPlace
{
    private const double LargestWhole = 1L << 53;

    private readonly ReadOnlyMemory<byte> _source;
    private JsonPlace? _parent;
    private string? _key;
    private int _index;

    private JsonPlace(JsonValueKind kind, int line, ReadOnlyMemory<byte> source) => (Kind, Line, _source) = (kind, line, source);

    /// <summary>Its JSON type.</summary>
    internal JsonValueKind Kind { get; }

    /// <summary>The line it starts on, counted from 1.</summary>
    internal int Line { get; }

    /// <summary>Its way from the root, as <c>items[3].name</c>; empty for the root.</summary>
    internal string Way => _parent is null ? "" : $"{_parent.Way}{(_key is null ? $"[{_index}]" : $".{PlainText.Short(_key)}")}".TrimStart('.');

    /// <summary>The number of a number.</summary>
    internal double Number { get; private init; }

    /// <summary>The text of a string; of any other value, how to name it in a message.</summary>
    internal string Text
    {
        get => field.Length == 0 && Kind == JsonValueKind.Number ? Encoding.UTF8.GetString(_source.Span) : field;
        private init;
    } = "";

    /// <summary>The members of an object, with the lines of their keys.</summary>
    internal IReadOnlyList<(string Key, int Line, JsonPlace Value)> Members { get; private init; } = [];

    /// <summary>The elements of an array.</summary>
    internal IReadOnlyList<JsonPlace> Elements { get; private init; } = [];

    /// <summary>The value of a key that must be there.</summary>
    internal JsonPlace this[string key] => Find(key) ?? throw Wrong($"{(Way.Length == 0 ? "the document" : $"'{Way}'")} has no '{key}'.");

    /// <summary>Reads a document; a key must not occur twice.</summary>
    /// <param name="text">The document.</param>
    /// <param name="allowsRemarks">True to allow comments and trailing commas.</param>
    /// <param name="firstLine">The line of a file on which it begins.</param>
    /// <param name="longestText">The number of characters of the longest key and text.</param>
    /// <exception cref="InvalidDataException">It is no JSON.</exception>
    internal static JsonPlace Parse(string text, bool allowsRemarks = false, int firstLine = 1, int longestText = int.MaxValue)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(
            bytes,
            new JsonReaderOptions
            {
                CommentHandling = allowsRemarks ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
                AllowTrailingCommas = allowsRemarks,
            }
        );
        var lines = new LineCount(bytes, firstLine, longestText);
        try
        {
            if (string.IsNullOrWhiteSpace(text))
                throw new InvalidDataException($"line {firstLine}: the file is empty.");
            reader.Read();
            var root = Value(ref reader, lines);
            reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            throw NoJson(e, firstLine);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException($"line {lines.At((int)reader.TokenStartIndex)}: this is no JSON: half of a character stands alone.", e);
        }
    }

    /// <summary>The value of a key; null where there is none, or null.</summary>
    internal JsonPlace? Find(string key)
    {
        if (Kind != JsonValueKind.Object)
            throw Wrong($"{Named} must be an object, but is {Shown}.");
        foreach (var (name, _, value) in Members)
        {
            if (name == key)
                return value.Kind == JsonValueKind.Null ? null : value;
        }

        return null;
    }

    /// <summary>The text of what must be a text.</summary>
    internal string AsText() => Kind == JsonValueKind.String ? Text : throw Wrong($"{Named} must be a text, but is {Shown}.");

    /// <summary>True or false.</summary>
    internal bool AsFlag() =>
        Kind is JsonValueKind.True or JsonValueKind.False
            ? Kind == JsonValueKind.True
            : throw Wrong($"{Named} must be true or false, but is {Shown}.");

    /// <summary>A whole number.</summary>
    internal long AsWhole(long least = 0, long most = long.MaxValue) =>
        Kind == JsonValueKind.Number && Number == Math.Floor(Number) && Math.Abs(Number) <= LargestWhole && Number >= least && Number <= most
            ? (long)Number
            : throw Wrong($"{Named} must be a whole number{(least > long.MinValue ? $" from {least}" : "")}, but is {Shown}.");

    /// <summary>A count that fits an <see cref="int"/>.</summary>
    internal int AsCount() => (int)AsWhole(0, int.MaxValue);

    /// <summary>A number, or the text NaN, Infinity or -Infinity.</summary>
    internal double AsNumber() =>
        this switch
        {
            { Kind: JsonValueKind.Number } when double.IsFinite(Number) => Number,
            { Kind: JsonValueKind.String, Text: "NaN" } => double.NaN,
            { Kind: JsonValueKind.String, Text: "Infinity" } => double.PositiveInfinity,
            { Kind: JsonValueKind.String, Text: "-Infinity" } => double.NegativeInfinity,
            _ => throw Wrong($"{Named} must be a number, \"NaN\", \"Infinity\" or \"-Infinity\", but is {Shown}."),
        };

    /// <summary>The elements of what must be a list.</summary>
    internal IReadOnlyList<JsonPlace> AsList() => Kind == JsonValueKind.Array ? Elements : throw Wrong($"{Named} must be a list, but is {Shown}.");

    /// <summary>The members of what must be an object.</summary>
    internal IEnumerable<KeyValuePair<string, JsonPlace>> AsObject() =>
        Kind == JsonValueKind.Object
            ? Members.Select(m => KeyValuePair.Create(m.Key, m.Value))
            : throw Wrong($"{Named} must be an object, but is {Shown}.");

    /// <summary>Refuses a document whose version is another than the one that this program reads.</summary>
    internal void DemandVersion(int version)
    {
        var found = this["version"];
        if (found.Kind != JsonValueKind.Number || found.Number != version)
            throw found.Wrong(
                $"the document's version is {found.Shown}, and this program reads version {version}: write it again with this program."
            );
    }

    /// <summary>Reads it as an object of a type.</summary>
    internal T As<T>(JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(_source.Span, options) ?? throw Wrong($"{Named} is missing.");
        }
        catch (JsonException e)
        {
            throw NoJson(e, Line, Way);
        }
    }

    /// <summary>An error at this place.</summary>
    internal InvalidDataException Wrong(string reason) => new($"line {Line}: {reason}");

    /// <summary>A kind's name as the object that has nothing but this kind.</summary>
    internal JsonPlace AsKind() => new(JsonValueKind.Object, Line, _source) { Members = [("kind", Line, this)], Text = "an object" };

    private string Named => Way.Length == 0 ? "the document" : $"'{Way}'";

    private string Shown => Kind == JsonValueKind.String ? $"\"{PlainText.Short(Text)}\"" : PlainText.Short(Text);

    /// <summary>Error of a reader on a text that it cannot read.</summary>
    /// <param name="e">Its words, with a line counted from 0.</param>
    /// <param name="firstLine">The line on which the text begins.</param>
    /// <param name="root">The way to the text's root.</param>
    internal static InvalidDataException NoJson(JsonException e, int firstLine, string root = "")
    {
        var reason = PlainText.Short(e.Message.Split(" LineNumber:")[0].Split(" Path:")[0], 160);
        var place = $"{root}{e.Path?[1..]}".TrimStart('.');
        var way = place.Length == 0 ? "" : $" (at {PlainText.Short(place)})";
        return new InvalidDataException($"line {firstLine + (e.LineNumber ?? 0)}: {(e.Path is null ? "this is no JSON: " : "")}{reason}{way}", e);
    }

    private static JsonPlace Value(ref Utf8JsonReader reader, LineCount lines)
    {
        var start = (int)reader.TokenStartIndex;
        var line = lines.At(start);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<(string Key, int Line, JsonPlace Value)>();
                var keys = new HashSet<string>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var keyLine = lines.At((int)reader.TokenStartIndex);
                    var key = lines.Short(reader.GetString()!, keyLine);
                    if (!keys.Add(key))
                        throw new InvalidDataException($"line {keyLine}: '{PlainText.Short(key)}' is given twice.");
                    reader.Read();
                    members.Add((key, keyLine, Value(ref reader, lines)));
                }

                return Of(JsonValueKind.Object, in reader, members, [], "an object");
            case JsonTokenType.StartArray:
                var elements = new List<JsonPlace>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    elements.Add(Value(ref reader, lines));
                return Of(JsonValueKind.Array, in reader, [], elements, "a list");
            case JsonTokenType.String:
                return Of(JsonValueKind.String, in reader, [], [], lines.Short(reader.GetString()!, line));
            case JsonTokenType.Number:
                return Of(JsonValueKind.Number, in reader, [], [], "", reader.GetDouble());
            case JsonTokenType.True:
                return Of(JsonValueKind.True, in reader, [], [], "true");
            case JsonTokenType.False:
                return Of(JsonValueKind.False, in reader, [], [], "false");
            default:
                return Of(JsonValueKind.Null, in reader, [], [], "null");
        }

        JsonPlace Of(
            JsonValueKind kind,
            in Utf8JsonReader at,
            List<(string Key, int Line, JsonPlace Value)> members,
            List<JsonPlace> elements,
            string text,
            double number = 0
        )
        {
            var place = new JsonPlace(kind, line, lines.Text.AsMemory(start, (int)at.BytesConsumed - start))
            {
                Members = members,
                Elements = elements,
                Text = text,
                Number = number,
            };
            foreach (var (key, _, value) in members)
                (value._parent, value._key) = (place, key);
            for (var i = 0; i < elements.Count; i++)
                (elements[i]._parent, elements[i]._index) = (place, i);
            return place;
        }
    }

    /// <summary>Counts lines onwards from the place that was asked for last.</summary>
    private sealed class LineCount(byte[] text, int firstLine, int longestText)
    {
        private int _at;
        private int _line = firstLine;

        internal byte[] Text => text;

        internal string Short(string found, int line) =>
            found.Length <= longestText
                ? found
                : throw new InvalidDataException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"line {line}: a text has {found.Length:N0} characters, and texts here have at most {longestText:N0}."
                    )
                );

        internal int At(int index)
        {
            if (index > _at)
            {
                _line += text.AsSpan(_at, index - _at).Count((byte)'\n');
                _at = index;
            }

            return _line;
        }
    }
}
