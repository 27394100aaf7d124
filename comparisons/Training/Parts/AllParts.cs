using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>The losses, optimizers and activations that this repository compares.</summary>
internal static class AllParts
{
    /// <summary>All of them.</summary>
    public static TrainingParts Default { get; } = new(Losses.Rows, Optimizers.Rows, Activations.Rows);

    /// <summary>An optimizer.</summary>
    public static Choice OptimizerOf(string kind, params (string Setting, object Value)[] settings) => Default.OptimizerOf(kind, settings);

    /// <summary>A loss.</summary>
    public static Choice LossOf(string kind, params (string Setting, object Value)[] settings) => Default.LossOf(kind, settings);
}
