namespace Micrograd.Parity.Training;

/// <summary>The kinds that one part of a training run may be of.</summary>
/// <param name="part">The part's key: <c>optimizer</c>.</param>
/// <param name="rows">Row of each kind.</param>
internal sealed class ChoiceRule(string part, IEnumerable<PartRow> rows)
{
    internal string Part => part;

    /// <summary>Row of each kind, by its name.</summary>
    internal IReadOnlyDictionary<string, PartRow> Rows { get; } = rows.ToDictionary(r => r.Name, StringComparer.Ordinal);

    /// <summary>A kind with all its settings at their defaults, changed where the caller says so.</summary>
    internal Choice Choose(string kind, params (string Setting, object Value)[] changes)
    {
        var rules = Rows[kind].Settings;
        var settings = rules.Where(s => s.Default is not null).ToDictionary(s => s.Key, s => s.Default!);
        foreach (var (setting, value) in changes)
        {
            if (!Array.Exists(rules, s => s.Key == setting))
                throw new ArgumentException($"{kind} has no setting {setting}.", nameof(changes));
            settings[setting] = value is int whole ? (double)whole : value;
        }

        return new Choice(this, kind, settings);
    }
}

/// <summary>One setting.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Shape">Type and range of its value.</param>
/// <param name="Default">Its default value; null if it is required.</param>
/// <param name="Says">Description of its effect, for the documentation.</param>
internal sealed record SettingRule(string Key, SettingShape Shape, object? Default, string Says);

/// <summary>A part of a training run that has several kinds: its kind, with settings.</summary>
/// <param name="Name">PyTorch's lower-case name.</param>
/// <param name="Settings">Its settings.</param>
internal abstract record PartRow(string Name, SettingRule[] Settings);

/// <summary>Type and range of a setting's value.</summary>
internal abstract record SettingShape
{
    private protected SettingShape() { }

    /// <summary>In words: <c>a number of 0 or more</c>.</summary>
    internal abstract string Wanted { get; }
}

/// <summary>A number in a range.</summary>
internal sealed record NumberShape(
    double Least = double.NegativeInfinity,
    double Below = double.PositiveInfinity,
    bool Whole = false,
    bool Positive = false
) : SettingShape
{
    internal override string Wanted =>
        (Whole ? "a whole number" : "a number")
        + (
            Positive ? " greater than 0"
            : double.IsFinite(Least) ? $" of {NumberText.Of(Least)} or more"
            : ""
        )
        + (double.IsFinite(Below) ? $" and below {NumberText.Of(Below)}" : "");

    internal bool Holds(double number) =>
        double.IsFinite(number) && number >= Least && number < Below && (!Positive || number > 0) && (!Whole || IsWhole(number));

    private static bool IsWhole(double number) => number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue;
}

/// <summary>true or false.</summary>
internal sealed record FlagShape : SettingShape
{
    internal override string Wanted => "true or false";
}

/// <summary>One of some words; any text where there are none.</summary>
internal sealed record WordShape(params string[] Words) : SettingShape
{
    internal override string Wanted => Words.Length == 0 ? "a text" : $"one of {string.Join(", ", Words)}";
}

/// <summary>Rows of numbers, equally long.</summary>
internal sealed record RowsShape : SettingShape
{
    internal override string Wanted => "rows of numbers, equally long";
}
