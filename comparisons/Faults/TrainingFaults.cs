using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Faults in networks and training loops.</summary>
internal static class TrainingFaults
{
    public static IReadOnlyList<TrainingFault> All { get; } =
    [.. GradientFaults.All, .. NetworkFaults.All, .. LossFaults.All, .. UpdateFaults.All, .. OptimizerFaults.All];
}

/// <summary>Training runs that faults are planted into.</summary>
internal static class FaultRuns
{
    /// <summary>The four points' network of two hidden layers, one of them square; gradient descent, the sum of squares.</summary>
    internal static TrainingSpec Small { get; } = Training.SmallProblem.Spec("four points") with { Steps = 6 };

    /// <summary>The same with another optimizer.</summary>
    internal static TrainingSpec With(string optimizer, params (string Setting, object Value)[] settings) =>
        Small with
        {
            Optimizer = AllParts.OptimizerOf(optimizer, settings),
        };

    /// <summary>The same with another loss.</summary>
    internal static TrainingSpec WithLoss(string loss, params (string Setting, object Value)[] settings) =>
        Small with
        {
            Loss = AllParts.LossOf(loss, settings),
        };

    /// <summary>A row of the catalogue.</summary>
    internal static TrainingFault Of(
        string name,
        string title,
        TrainingSpec run,
        Func<TrainingSpec, bool> canBeIn,
        LoopRules loop,
        string what,
        string effect,
        string example,
        string repair
    ) =>
        new(name, title, run)
        {
            CanBeIn = canBeIn,
            Loop = loop,
            What = what,
            Effect = effect,
            Example = example,
            Repair = repair,
        };

    /// <summary>A setting read as something else.</summary>
    internal static LoopRules Misread(Func<TrainingSpec, TrainingSpec> spec) => new() { Spec = spec };

    /// <summary>A setting of the optimizer read as something else.</summary>
    internal static LoopRules OptimizerMisread(string setting, object value) => Misread(s => s with { Optimizer = s.Optimizer.With(setting, value) });

    /// <summary>Returns a predicate: true if the run uses one of these optimizers.</summary>
    internal static Func<TrainingSpec, bool> Uses(params string[] optimizers) => spec => optimizers.Contains(spec.Optimizer.Kind);

    /// <summary>True if some layer of more than one unit is as wide as its inputs.</summary>
    internal static bool HasSquareLayer(TrainingSpec spec) =>
        Enumerable.Range(1, spec.Sizes.Count - 1).Any(l => spec.Sizes[l] == spec.Sizes[l - 1] && spec.Sizes[l] > 1);

    /// <summary>True if all activations are elementwise (no softmax), so that each unit has its own derivative, and there is no L2 penalty.</summary>
    internal static bool IsElementwise(TrainingSpec spec) => !spec.Activations.Contains("softmax") && spec.L2 == 0;
}
