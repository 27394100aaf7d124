using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Training.Parts.AllParts;

namespace Micrograd.Parity.Comparisons.Training;

/// <summary>
/// Shapes of networks that a from-scratch engine stumbles over: XOR, three classes, a softmax inside, one neuron in a layer, no biases.
/// </summary>
internal static class Classics
{
    public static IReadOnlyList<TrainingRun> All { get; } =
    [
        AnyMlp.Run(
            SmallProblem.Spec("XOR") with
            {
                Sizes = [2, 4, 1],
                Activations = ["tanh", "tanh"],
                Data = DataOf("xor", ("signed", true)),
                Optimizer = OptimizerOf("sgd", ("lr", 0.1)),
            }
        ) with
        {
            LossBelow = 0.1,
        },
        AnyMlp.Run(
            SmallProblem.Spec("three-class spiral, cross-entropy") with
            {
                Sizes = [2, 8, 3],
                Activations = ["relu", "linear"],
                Data = DataOf("spiral", ("per_class", 20)),
                Loss = LossOf("cross_entropy"),
                Optimizer = OptimizerOf("adam", ("lr", 0.02)),
            }
        ) with
        {
            UsualSteps = 60,
        },
        AnyMlp.Run(SmallProblem.Spec("softmax hidden layer") with { Activations = ["tanh", "softmax", "linear"] }),
        AnyMlp.Run(SmallProblem.Spec("one-neuron hidden layer") with { Sizes = [3, 1, 1], Activations = ["tanh", "tanh"] }),
        AnyMlp.Run(SmallProblem.Spec("no biases") with { Bias = false }),
        AnyMlp.Run(
            SmallProblem.Spec("every activation") with
            {
                Sizes = [3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 1],
                Activations = ["leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus", "softsign", "tanh", "sigmoid", "linear"],
                Init = InitOf("xavier_normal"),
                Optimizer = OptimizerOf("adam"),
                Steps = 50,
            }
        ),
    ];
}
