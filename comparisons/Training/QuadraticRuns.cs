using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Training.Parts.AllParts;

namespace Micrograd.Parity.Comparisons.Training;

/// <summary>
/// z = 5a² + 3b² by Linear(2, 10), sigmoid, Linear(10, 1), 41 parameters, mean squared error. The best constant predictor of normal a and b
/// has a loss of Var(z) = 68: a run that stops at 68 has learnt nothing.
/// </summary>
internal static class QuadraticRuns
{
    public static IReadOnlyList<TrainingRun> All { get; } =
    [
        AnyMlp.Run(Spec("z = 5a² + 3b², grid") with { Init = InitOf("uniform", ("bias", true)), Data = DataOf("quadratic_grid"), Steps = 2000 }) with
        {
            UsualSteps = 25,
            LossBelow = 68,
        },
        AnyMlp.Run(Spec("z = 5a² + 3b², mini-batches")) with
        {
            UsualSteps = 200,
            LossBelow = 68,
            Note = "PyTorch's default initialisation, ten passes over 1,000 samples in batches of 10.",
        },
        Exploding("not clipped", null),
        Exploding("clipped at ±0.5", ClipOf("value", ("limit", 0.5))),
        Exploding("clipped at ±1", ClipOf("value", ("limit", 1.0))),
        Exploding("clipped at ±2", ClipOf("value", ("limit", 2.0))),
        Exploding("clipped by norm", ClipOf("norm", ("max_norm", 1.0))),
        Exploding("normalised", ClipOf("normalize")),
    ];

    private static TrainingSpec Spec(string name) =>
        new()
        {
            Name = name,
            Sizes = [2, 10, 1],
            Activations = ["sigmoid", "linear"],
            Init = InitOf("torch_linear"),
            Data = DataOf("quadratic", ("count", 1000)),
            BatchSize = 10,
            Loss = LossOf("mse_loss"),
            Optimizer = OptimizerOf("sgd", ("lr", 0.01)),
            Steps = 1000,
        };

    /// <summary>Initial weights so great that the gradients explode: what clipping is for.</summary>
    private static TrainingRun Exploding(string name, Choice? clip) =>
        AnyMlp.Run(Spec($"exploding start, {name}") with { Init = InitOf("normal", ("deviation", 30.0)), Clip = clip, Steps = 200 });
}
