using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Faults in networks and training loops.</summary>
internal static class TrainingFaults
{
    public static IReadOnlyList<TrainingFault> All { get; } =
    [
        .. GradientFaults.All,
        .. LayerFaults.All,
        .. NetworkFaults.All,
        .. LossFaults.All,
        .. ClassFaults.All,
        .. UpdateFaults.All,
        .. OptimizerFaults.All,
        .. AdamFaults.All,
        .. DecayFaults.All,
        .. DataFaults.All,
        .. BatchFaults.All,
    ];
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
    internal static TrainingFault Row(
        string name,
        string title,
        TrainingSpec run,
        Func<TrainingSpec, bool> canBeIn,
        LoopRules loop,
        string what,
        string effect,
        string example,
        string repair,
        Func<TrainingClues, IEnumerable<FaultVariant>>? variants = null
    ) =>
        new(name, title, run)
        {
            CanBeIn = canBeIn,
            Loop = loop,
            Variants = variants ?? (_ => []),
            What = what,
            Effect = effect,
            Example = example,
            Repair = repair,
        };

    /// <summary>A setting read as something else.</summary>
    internal static LoopRules Misread(Func<TrainingSpec, TrainingSpec> spec) => new() { Spec = spec };

    /// <summary>A setting of the optimizer read as something else.</summary>
    internal static LoopRules OptimizerMisread(string setting, object value) => Misread(s => s with { Optimizer = s.Optimizer.With(setting, value) });

    /// <summary>Parts of a network that a rule may be applied to, others left out: each layer, its weights, its biases, all but one layer.</summary>
    internal static IEnumerable<(string Says, Func<NetworkShape, int, bool> Holds)> Parts(NetworkShape shape)
    {
        yield return ("weights only", (s, p) => !s.IsBias(p));
        yield return ("biases only", (s, p) => s.IsBias(p));
        for (var l = 0; l < shape.Layers; l++)
        {
            var layer = l;
            yield return ($"layer {l} only", (s, p) => s.LayerOf(p) == layer);
            yield return ($"the weights of layer {l} only", (s, p) => s.LayerOf(p) == layer && !s.IsBias(p));
            yield return ($"the biases of layer {l} only", (s, p) => s.LayerOf(p) == layer && s.IsBias(p));
            yield return ($"all but layer {l}", (s, p) => s.LayerOf(p) != layer);
            yield return ($"the weights of all but layer {l}", (s, p) => s.LayerOf(p) != layer && !s.IsBias(p));
            yield return ($"all but the weights of layer {l}", (s, p) => s.LayerOf(p) != layer || s.IsBias(p));
            yield return ($"all but the biases of layer {l}", (s, p) => s.LayerOf(p) != layer || !s.IsBias(p));
        }
    }

    /// <summary>True if some layer of more than one unit is as wide as its inputs.</summary>
    internal static bool HasSquareLayer(TrainingSpec spec) =>
        Enumerable.Range(1, spec.Sizes.Count - 1).Any(l => spec.Sizes[l] == spec.Sizes[l - 1] && spec.Sizes[l] > 1);

    /// <summary>True if all activations are elementwise (no softmax), so that each unit has its own derivative, and there is no L2 penalty.</summary>
    internal static bool IsElementwise(TrainingSpec spec) => !spec.Activations.Contains("softmax") && spec.L2 == 0;
}
