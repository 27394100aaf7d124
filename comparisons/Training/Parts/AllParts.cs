using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>The parts of training runs that this repository compares.</summary>
internal static class AllParts
{
    /// <summary>All of them.</summary>
    public static TrainingParts Default { get; } =
        new(TrainingData.Rows, Initializers.Rows, Losses.Rows, Optimizers.Rows, Schedules.Rows, Clips.Rows, LayerActivations.Rows);

    /// <summary>Data.</summary>
    public static Choice DataOf(string kind, params (string Setting, object Value)[] settings) => Default.Data.Choose(kind, settings);

    /// <summary>Initial parameters.</summary>
    public static Choice InitOf(string kind, params (string Setting, object Value)[] settings) => Default.Init.Choose(kind, settings);

    /// <summary>A loss.</summary>
    public static Choice LossOf(string kind, params (string Setting, object Value)[] settings) => Default.Loss.Choose(kind, settings);

    /// <summary>An optimizer.</summary>
    public static Choice OptimizerOf(string kind, params (string Setting, object Value)[] settings) => Default.Optimizer.Choose(kind, settings);

    /// <summary>A schedule.</summary>
    public static Choice ScheduleOf(string kind, params (string Setting, object Value)[] settings) => Default.Schedule.Choose(kind, settings);

    /// <summary>A way of clipping.</summary>
    public static Choice ClipOf(string kind, params (string Setting, object Value)[] settings) => Default.Clip.Choose(kind, settings);
}
