using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Training.Parts.AllParts;

namespace Micrograd.Parity.Comparisons.Training;

/// <summary>
/// The problem on which optimizers, schedules and losses are compared: the four points' network and data, 41 parameters, 200 steps.
/// </summary>
internal static class SmallProblem
{
    internal static TrainingSpec Spec(string name) =>
        new()
        {
            Name = name,
            Sizes = [3, 4, 4, 1],
            Activations = ["tanh", "tanh", "tanh"],
            Init = InitOf("uniform", ("bias", true)),
            Data = DataOf("four_points"),
            Loss = LossOf("mse_loss", ("reduction", "sum")),
            Optimizer = OptimizerOf("sgd", ("lr", 0.05)),
            Steps = 200,
        };
}
