using System.Globalization;
using System.Text.Json;
using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>The constructor's arguments of a module or optimizer; those that are not there have PyTorch's defaults.</summary>
internal sealed class RecordedOptions
{
    private readonly Dictionary<string, object?> _values;

    private RecordedOptions(Dictionary<string, object?> values) => _values = values;

    /// <summary>Their names.</summary>
    internal IEnumerable<string> Names => _values.Keys;

    /// <summary>Those of a recording.</summary>
    internal static RecordedOptions Of(JsonPlace place) => new(place.AsObject().ToDictionary(p => p.Key, p => Value(p.Value)));

    /// <summary>Those of names and numbers, texts, flags or lists.</summary>
    internal static RecordedOptions Of(params (string Name, object? Value)[] values) => new(values.ToDictionary(v => v.Name, v => v.Value));

    /// <summary>The same with another value.</summary>
    internal RecordedOptions With(string name, object? value) => new(new Dictionary<string, object?>(_values) { [name] = value });

    /// <summary>The same, with others where none is given here.</summary>
    internal RecordedOptions Or(RecordedOptions others)
    {
        var all = new Dictionary<string, object?>(others._values);
        foreach (var (name, value) in _values)
            all[name] = value;
        return new(all);
    }

    /// <summary>True if it is given, and is not null.</summary>
    internal bool Has(string name) => _values.GetValueOrDefault(name) is not null;

    /// <summary>A number.</summary>
    internal double Number(string name, double otherwise) =>
        _values.GetValueOrDefault(name) switch
        {
            null => otherwise,
            bool flag => flag ? 1 : 0,
            IReadOnlyList<double> { Count: 1 } list => list[0],
            IConvertible number => number.ToDouble(CultureInfo.InvariantCulture),
            _ => throw new InvalidDataException($"'{name}' is no number."),
        };

    /// <summary>A whole number.</summary>
    internal long Whole(string name, long otherwise) => (long)Number(name, otherwise);

    /// <summary>True or false.</summary>
    internal bool Flag(string name, bool otherwise) => Number(name, otherwise ? 1 : 0) != 0;

    /// <summary>A text.</summary>
    internal string Text(string name, string otherwise) => _values.GetValueOrDefault(name) as string ?? otherwise;

    /// <summary>Whole numbers, one a dimension; a single one holds for all.</summary>
    internal long[] Wholes(string name, int dimensions, long otherwise)
    {
        if (_values.GetValueOrDefault(name) is not IReadOnlyList<double> list)
            return [.. Enumerable.Repeat(Whole(name, otherwise), dimensions)];
        return list.Count == 1 ? [.. Enumerable.Repeat((long)list[0], dimensions)] : [.. list.Select(n => (long)n)];
    }

    /// <summary>Numbers of a list; null if there is none.</summary>
    internal IReadOnlyList<double>? Numbers(string name) => _values.GetValueOrDefault(name) as IReadOnlyList<double>;

    /// <summary>A value in words.</summary>
    internal string Shown(string name) =>
        _values.GetValueOrDefault(name) switch
        {
            null => "None",
            bool flag => flag ? "True" : "False",
            IReadOnlyList<double> list => $"[{string.Join(", ", list.Select(n => n.ToString(CultureInfo.InvariantCulture)))}]",
            var other => Convert.ToString(other, CultureInfo.InvariantCulture)!,
        };

    private static object? Value(JsonPlace place) =>
        place.Kind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Array => place
                .AsList()
                .Select(e => Value(e) is IConvertible v and not string ? v.ToDouble(CultureInfo.InvariantCulture) : double.NaN)
                .ToArray(),
            JsonValueKind.Number => place.AsNumber(),
            JsonValueKind.String when place.Text is "NaN" or "Infinity" or "-Infinity" => place.AsNumber(),
            _ => place.AsText(),
        };
}
