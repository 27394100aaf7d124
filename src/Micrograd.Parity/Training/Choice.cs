namespace Micrograd.Parity.Training;

/// <summary>One of several kinds, with its settings: the optimizer <c>sgd</c> with <c>lr</c> 0.1.</summary>
internal sealed class Choice
{
    private readonly Dictionary<string, object> _settings;

    internal Choice(ChoiceRule rule, string kind, Dictionary<string, object> settings)
    {
        Rule = rule;
        Kind = kind;
        _settings = settings;
    }

    /// <summary>The kind: <c>adam</c>.</summary>
    public string Kind { get; }

    internal ChoiceRule Rule { get; }

    /// <summary>The row of the kind.</summary>
    public PartRow Row => Rule.Rows[Kind];

    /// <summary>A setting that is a number.</summary>
    public double this[string setting] => (double)_settings[setting];

    /// <summary>A setting that is a whole number.</summary>
    public int Whole(string setting) => checked((int)this[setting]);

    /// <summary>A setting that is true or false.</summary>
    public bool Flag(string setting) => (bool)_settings[setting];

    /// <summary>A setting that is a word.</summary>
    public string Word(string setting) => (string)_settings[setting];

    /// <summary>A setting that is a table of numbers.</summary>
    public double[][] Rows(string setting) => (double[][])_settings[setting];

    /// <summary>The kind with its settings: <c>sgd (lr 0.1, momentum 0.9)</c>; those that are 0 or false and tables of numbers left out.</summary>
    public override string ToString()
    {
        var told = _settings
            .Select(s =>
                s.Value switch
                {
                    bool flag => flag ? s.Key : "",
                    double number => number == 0 ? "" : $"{s.Key} {NumberText.Of(number)}",
                    string word => $"{s.Key} {word}",
                    _ => "",
                }
            )
            .Where(t => t.Length > 0)
            .ToList();
        return told.Count == 0 ? Kind : $"{Kind} ({string.Join(", ", told)})";
    }

    /// <summary>The same as an object of its own.</summary>
    internal Choice Own() => new(Rule, Kind, new(_settings));

    /// <summary>The same kind with one setting changed.</summary>
    public Choice With(string setting, object value) => new(Rule, Kind, new(_settings) { [setting] = value });
}
