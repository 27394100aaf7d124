using System.Text.Json;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Training;

/// <summary>An object of a training file: knows its keys, and reports invalid values with their place.</summary>
internal sealed class FilePart
{
    private readonly JsonPlace _place;
    private readonly string _what;

    internal FilePart(JsonPlace place, string what, IReadOnlyList<string> keys)
    {
        if (place.Kind != JsonValueKind.Object)
            throw new TrainingFileException(place.Line, $"{what} must be an object, but this is {PlainText.Short(place.Text)}.");
        (_place, _what) = (place, what);
        foreach (var (key, line, _) in place.Members)
        {
            if (!keys.Contains(key))
            {
                throw new TrainingFileException(
                    line,
                    $"{what} has no '{PlainText.Short(key)}'{Nearest.Ending(key, keys)} Its keys: {string.Join(", ", keys)}."
                );
            }
        }
    }

    internal static double Number(JsonPlace value, string key, NumberShape shape) =>
        value.Kind == JsonValueKind.Number && shape.Holds(value.Number) ? value.Number : throw Wrong(value, key, shape.Wanted);

    internal static int Count(JsonPlace value, string key) => (int)Number(value, key, new NumberShape(Least: 1, Whole: true));

    internal static bool Flag(JsonPlace value, string key) =>
        value.Kind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(value, key, new FlagShape().Wanted),
        };

    internal static string Text(JsonPlace value, string key) =>
        value.Kind == JsonValueKind.String && value.Text.Length > 0 ? value.Text : throw Wrong(value, key, "a text");

    internal static string Word(JsonPlace value, string key, IReadOnlyList<string> words)
    {
        if (value.Kind == JsonValueKind.String && words.Contains(value.Text))
            return value.Text;
        throw Wrong(value, key, $"one of {string.Join(", ", words)}", value.Kind == JsonValueKind.String ? Nearest.Ending(value.Text, words) : ".");
    }

    internal static object Shaped(JsonPlace value, SettingRule setting) =>
        setting.Shape switch
        {
            NumberShape number => Number(value, setting.Key, number),
            FlagShape => Flag(value, setting.Key),
            WordShape { Words.Length: 0 } => Text(value, setting.Key),
            WordShape words => Word(value, setting.Key, words.Words),
            _ => Rows(value, setting.Key),
        };

    internal T Required<T>(string key, Func<JsonPlace, T> read) =>
        Find(key) is { } value ? read(value) : throw new TrainingFileException(_place.Line, $"{_what} needs '{key}', which is missing.");

    internal T Optional<T>(string key, Func<JsonPlace, T> read, T usual) => Find(key) is { } value ? read(value) : usual;

    /// <summary>The line of each key, and of the whole as that of the empty key.</summary>
    internal IReadOnlyDictionary<string, int> Lines =>
        _place.Members.ToDictionary(m => m.Key, m => m.Line).Append(new("", _place.Line)).ToDictionary();

    internal int LineOf(string key) => Find(key)?.Line ?? _place.Line;

    private static double[][] Rows(JsonPlace value, string key)
    {
        var wanted = new RowsShape().Wanted;
        if (value.Kind != JsonValueKind.Array || value.Elements.Count == 0)
            throw Wrong(value, key, wanted);
        var rows = value
            .Elements.Select(row =>
                row.Kind == JsonValueKind.Array && row.Elements.Count > 0
                    ? row.Elements.Select(e => Number(e, key, new NumberShape())).ToArray()
                    : throw Wrong(row, key, wanted)
            )
            .ToArray();
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i].Length != rows[0].Length)
            {
                throw new TrainingFileException(
                    value.Elements[i].Line,
                    $"'{key}' must be {wanted}: this row has {rows[i].Length} numbers, the first {rows[0].Length}."
                );
            }
        }

        return rows;
    }

    private static TrainingFileException Wrong(JsonPlace value, string key, string wanted, string ending = ".")
    {
        var text = PlainText.Short(value.Text);
        var found = value.Kind == JsonValueKind.String ? $"\"{text}\"" : text;
        return new TrainingFileException(value.Line, $"'{key}' must be {wanted}, but is {found}{ending}");
    }

    private JsonPlace? Find(string key) => _place.Members.FirstOrDefault(m => m.Key == key).Value;
}
