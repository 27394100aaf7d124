using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Training.Parts.AllParts;

namespace Micrograd.Parity.Comparisons.Training;

/// <summary>Every loss, by sum and by mean. Both sides: <c>Parts/Losses.cs</c>.</summary>
internal static class LossRuns
{
    public static IReadOnlyList<TrainingRun> All { get; } =
    [
        Regression("mean squared error", "mse_loss"),
        Regression("mean absolute error", "l1_loss"),
        Regression("smooth L1, sum", "smooth_l1_loss", ("beta", 0.5), ("reduction", "sum")),
        Regression("smooth L1, mean", "smooth_l1_loss"),
        Regression("Huber, sum", "huber_loss", ("delta", 0.5), ("reduction", "sum")),
        Regression("Huber, mean", "huber_loss"),
        Regression("hinge, sum, L2", "hinge", ("reduction", "sum")) with
        {
            Note = "With L2 regularisation of strength 0.001.",
        },
        TwoClasses("binary cross-entropy", "binary_cross_entropy", "sigmoid"),
        TwoClasses("binary cross-entropy, sum", "binary_cross_entropy", "sigmoid", ("reduction", "sum")),
        TwoClasses("binary cross-entropy with logits", "binary_cross_entropy_with_logits", "linear"),
        ThreeClasses("cross-entropy, sum", "cross_entropy", ("reduction", "sum")),
        ThreeClasses("negative log likelihood", "nll_loss"),
    ];

    private static TrainingRun Regression(string name, string kind, params (string Setting, object Value)[] settings) =>
        AnyMlp.Run(SmallProblem.Spec(name) with { Loss = LossOf(kind, settings), L2 = kind == "hinge" ? 0.001 : 0 });

    private static TrainingRun TwoClasses(string name, string kind, string output, params (string Setting, object Value)[] settings) =>
        AnyMlp.Run(
            SmallProblem.Spec(name) with
            {
                Sizes = [2, 8, 1],
                Activations = ["tanh", output],
                Data = DataOf("xor"),
                Optimizer = OptimizerOf("sgd", ("lr", 0.2)),
                Loss = LossOf(kind, settings),
            }
        );

    private static TrainingRun ThreeClasses(string name, string kind, params (string Setting, object Value)[] settings) =>
        AnyMlp.Run(
            SmallProblem.Spec(name) with
            {
                Sizes = [2, 6, 3],
                Activations = ["tanh", "linear"],
                Data = DataOf("spiral", ("per_class", 4)),
                Loss = LossOf(kind, settings),
            }
        );
}
