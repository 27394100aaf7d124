using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Draws training runs of all activations, losses and optimizers, ReLU among them more often than others.</summary>
internal static class HonestRuns
{
    private static readonly string[] s_activations = ["relu", "relu", "relu", "tanh", "sigmoid", "leaky_relu", "gelu", "silu", "softplus", "elu"];

    private static readonly string[] s_losses =
    [
        "mse_loss",
        "cross_entropy",
        "binary_cross_entropy_with_logits",
        "binary_cross_entropy",
        "hinge",
        "huber_loss",
        "smooth_l1_loss",
        "nll_loss",
    ];

    private static readonly Choice[] s_optimizers =
    [
        AllParts.OptimizerOf("sgd", ("lr", 0.05)),
        AllParts.OptimizerOf("sgd", ("lr", 0.05), ("momentum", 0.9), ("weight_decay", 0.01)),
        AllParts.OptimizerOf("adam", ("lr", 0.01)),
        AllParts.OptimizerOf("adamw", ("lr", 0.01)),
        AllParts.OptimizerOf("rmsprop", ("lr", 0.005)),
        AllParts.OptimizerOf("adagrad", ("lr", 0.05)),
    ];

    /// <summary>The specification of a number.</summary>
    internal static TrainingSpec Draw(int number)
    {
        var random = new SeededRandom(number, 7);
        var loss = s_losses[number % s_losses.Length];
        var classes = loss is "cross_entropy" or "nll_loss" ? 3 : 1;
        var (inputs, samples) = (random.Next(1, 4), random.Next(2, 9));
        var hidden = Enumerable.Range(0, random.Next(1, 3)).Select(_ => random.Next(1, 6)).ToArray();
        return new TrainingSpec
        {
            Name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"drawn {number}"),
            Sizes = [inputs, .. hidden, classes],
            Activations = [.. hidden.Select(_ => random.OneOf(s_activations)), loss == "binary_cross_entropy" ? "sigmoid" : "linear"],
            Init = AllParts.InitOf("uniform", ("bias", true)),
            Data = AllParts.DataOf(
                "inline",
                ("inputs", Rows(samples, inputs, () => Math.Round(4 * random.NextDouble() - 2, 3))),
                ("targets", Rows(samples, 1, () => Target(loss, random)))
            ),
            BatchSize = random.Chance(0.3) ? Math.Max(1, samples / 2) : null,
            Loss = AllParts.LossOf(loss, ("reduction", random.Chance(0.7) ? "mean" : "sum")),
            L2 = random.Chance(0.2) ? 0.001 : 0,
            Optimizer = random.OneOf(s_optimizers),
            Clip = random.Chance(0.2) ? AllParts.ClipOf("norm", ("max_norm", 0.5)) : null,
            Seed = number + 1,
            Steps = 8,
        };
    }

    private static double Target(string loss, SeededRandom random) =>
        loss switch
        {
            "cross_entropy" or "nll_loss" => random.Next(3),
            "binary_cross_entropy" or "binary_cross_entropy_with_logits" => random.Next(2),
            "hinge" => 2 * random.Next(2) - 1,
            _ => Math.Round(3 * random.NextDouble() - 1.5, 3),
        };

    private static double[][] Rows(int count, int length, Func<double> number) =>
        [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, length).Select(_ => number()).ToArray())];
}
