namespace Micrograd.Parity.Training;

/// <summary>Losses, optimizers and activations of training runs.</summary>
/// <param name="losses">The losses.</param>
/// <param name="optimizers">The optimizers.</param>
/// <param name="activations">The activations.</param>
internal sealed class TrainingParts(IEnumerable<LossRow> losses, IEnumerable<OptimizerRow> optimizers, IEnumerable<ActivationRow> activations)
{
    private readonly Dictionary<string, ActivationRow> _activations = activations.ToDictionary(a => a.Name, StringComparer.Ordinal);

    /// <summary>The activations' names.</summary>
    public IReadOnlyList<string> Activations { get; } = [.. activations.Select(a => a.Name)];

    /// <summary>PyTorch's names of the optimizers' states, with every setting on.</summary>
    internal IReadOnlyList<string> Memory =>
        [
            .. Optimizer
                .Rows.Values.Cast<OptimizerRow>()
                .SelectMany(row => OptimizerRow.FormulaOf(OptimizerOf(row.Name, [.. row.Settings.Select(On)])).States.Select(s => s.Name))
                .Distinct(),
            "step",
        ];

    internal ChoiceRule Loss { get; } = new("loss", losses);

    internal ChoiceRule Optimizer { get; } = new("optimizer", optimizers);

    /// <summary>An activation.</summary>
    /// <exception cref="ArgumentException">There is none of the name.</exception>
    public ActivationRow Activation(string name) =>
        _activations.TryGetValue(name, out var row) ? row : throw new ArgumentException($"There is no activation {name}.", nameof(name));

    /// <summary>An optimizer.</summary>
    public Choice OptimizerOf(string kind, params (string Setting, object Value)[] settings) => Optimizer.Of(kind, settings);

    /// <summary>A loss.</summary>
    public Choice LossOf(string kind, params (string Setting, object Value)[] settings) => Loss.Of(kind, settings);

    private static (string Setting, object Value) On(SettingRule setting) => (setting.Key, setting.Shape is FlagShape ? true : 0.5);
}
