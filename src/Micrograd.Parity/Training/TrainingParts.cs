namespace Micrograd.Parity.Training;

/// <summary>Kinds of the parts of training runs, their settings, ranges and defaults (docs/training-file.md).</summary>
internal sealed class TrainingParts(
    IEnumerable<DataRow> data,
    IEnumerable<InitRow> inits,
    IEnumerable<LossRow> losses,
    IEnumerable<OptimizerRow> optimizers,
    IEnumerable<ScheduleRow> schedules,
    IEnumerable<ClipRow> clips,
    IEnumerable<ActivationRow> activations
)
{
    private readonly Dictionary<string, ActivationRow> _activations = activations.ToDictionary(a => a.Name, StringComparer.Ordinal);

    /// <summary>The activations' names.</summary>
    public IReadOnlyList<string> Activations { get; } = [.. activations.Select(a => a.Name)];

    internal ChoiceRule Data { get; } = new("data", data);

    internal ChoiceRule Init { get; } = new("init", inits);

    internal ChoiceRule Loss { get; } = new("loss", losses);

    internal ChoiceRule Optimizer { get; } = new("optimizer", optimizers);

    internal ChoiceRule Schedule { get; } = new("schedule", schedules);

    internal ChoiceRule Clip { get; } = new("clip", clips);

    /// <summary>PyTorch's names of what a kind of optimizer keeps by its formula, with every setting on.</summary>
    internal IEnumerable<string> KeptBy(string optimizer)
    {
        var settings = Optimizer.Rows[optimizer].Settings.Select(s => (s.Key, s.Shape is FlagShape ? (object)true : 0.5));
        return OptimizerRow.FormulaOf(Optimizer.Choose(optimizer, [.. settings])).States.Select(s => s.Name);
    }

    /// <summary>An activation.</summary>
    /// <exception cref="ArgumentException">There is none of the name.</exception>
    public ActivationRow Activation(string name) =>
        _activations.TryGetValue(name, out var row) ? row : throw new ArgumentException($"There is no activation {name}.", nameof(name));

    /// <summary>All kinds and settings as Markdown, a line each, for docs/training-file.md.</summary>
    public IEnumerable<string> Describe()
    {
        foreach (var rule in new[] { Data, Init, Loss, Optimizer, Schedule, Clip })
        {
            yield return $"### {rule.Part}";
            foreach (var row in rule.Rows.Values)
            {
                yield return $"* `{row.Name}`";
                foreach (var setting in row.Settings)
                    yield return $"  * `{setting.Key}`: {setting.Says}; {setting.Shape.Wanted}{Usual(setting)}";
            }
        }

        yield return "### activations";
        yield return string.Join(", ", Activations.Select(a => $"`{a}`"));

        static string Usual(SettingRule setting) =>
            setting.Default switch
            {
                null => ", must be given",
                bool flag => flag ? ", true unless given" : ", false unless given",
                double number => $", {NumberText.Of(number)} unless given",
                double[][] => ", zeros unless given",
                _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $", {setting.Default} unless given"),
            };
    }
}
