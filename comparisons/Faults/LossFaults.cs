using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Faults.FaultRuns;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Faults in the loss.</summary>
internal static class LossFaults
{
    internal static IReadOnlyList<TrainingFault> All { get; } =
    [
        Row(
            "sum-for-mean",
            "The loss is summed over the samples, not averaged",
            WithLoss("mse_loss"),
            s => s.Loss.Word("reduction") == "mean",
            Misread(s => s with { Loss = s.Loss.With("reduction", "sum") }),
            "The samples' losses are added up where their mean is meant.",
            "Loss and gradients have a constant ratio to the right ones in the first step, the number of outputs; steps are that much longer.",
            "Errors 1 and 3: the mean of the squares is 5, here 10.",
            "Divide by the number of outputs, as PyTorch's reduction='mean' does."
        ),
        Row(
            "mean-for-sum",
            "The loss is averaged over the samples, not summed",
            Small,
            s => s.Loss.Word("reduction") == "sum",
            Misread(s => s with { Loss = s.Loss.With("reduction", "mean") }),
            "The samples' losses are averaged where their sum is meant.",
            "Loss and gradients have a constant ratio to the right ones in the first step, 1 over the number of outputs; steps are that much shorter.",
            "Errors 1 and 3: the sum of the squares is 10, here 5.",
            "Do not divide: PyTorch's reduction='sum'."
        ),
        Row(
            "loss-without-square",
            "The errors are not squared",
            Small,
            s => s.Loss.Kind == "mse_loss",
            Each((o, y) => o - y),
            "The loss adds up o − y itself. Errors of both signs cancel, and the loss has no minimum.",
            "Losses are wrong from the first step on and may be negative; every output has the gradient 1.",
            "o = 3, y = 1: the loss is 4, here 2; o = 1, y = 3: 4, here −2.",
            "(o − y)**2."
        ),
        Row(
            "absolute-for-square",
            "Absolute errors in place of squared ones",
            Small,
            s => s.Loss.Kind == "mse_loss",
            Each((o, y) => (o - y).Apply("abs")),
            "The loss adds up |o − y|.",
            "Losses are wrong from the first step on; every output has the gradient 1 or −1.",
            "o = 3, y = 1: the loss is 4, here 2.",
            "(o − y)**2, which is PyTorch's mse_loss; |o − y| is l1_loss."
        ),
        Row(
            "half-of-square",
            "Half of the squared errors",
            Small,
            s => s.Loss.Kind == "mse_loss",
            Each((o, y) => 0.5 * (o - y).Pow(2)),
            "The loss is ½(o − y)², as textbooks write it for its simple derivative. PyTorch's mse_loss has no ½.",
            "Loss and gradients are half of the right ones in the first step.",
            "o = 3, y = 1: the loss is 4, here 2.",
            "(o − y)**2."
        ),
        Row(
            "square-for-absolute",
            "Squared errors in place of absolute ones",
            WithLoss("l1_loss", ("reduction", "sum")),
            s => s.Loss.Kind == "l1_loss",
            Each((o, y) => (o - y).Pow(2)),
            "The loss adds up (o − y)².",
            "Losses are wrong from the first step on; gradients grow with the error.",
            "o = 3, y = 1: the loss is 2, here 4.",
            "|o − y|, which is PyTorch's l1_loss."
        ),
        Row(
            "hinge-without-margin",
            "The hinge loss has no margin",
            WithLoss("hinge", ("reduction", "sum")),
            s => s.Loss.Kind == "hinge" && s.Loss["margin"] != 0,
            Misread(s => s with { Loss = s.Loss.With("margin", 0.0) }),
            "max(0, −y·o) in place of max(0, 1 − y·o): samples count as learnt as soon as their sign is right.",
            "Losses are wrong from the first step on; samples on the right side have no gradient.",
            "y = 1, o = 0.5: the loss is 0.5, here 0.",
            "(1 − y·o).relu()."
        ),
        Row(
            "hinge-margin-ignored-in-backward",
            "Samples beyond the margin of the hinge loss have a gradient",
            WithLoss("hinge", ("margin", 0.25), ("reduction", "sum")),
            s => s.Loss.Kind == "hinge",
            new()
            {
                Loss = (t, outputs) =>
                    outputs.Select(
                        (o, i) =>
                        {
                            var below = t.Spec.Loss["margin"] - t.Samples.Targets[i] * o;
                            return below - (below.Data - Math.Max(0, below.Data));
                        }
                    ),
            },
            "The gradient −y is passed on for every sample; that a sample on the right side, beyond the margin, has none is forgotten.",
            "Losses of the first step are right. Samples that are learnt already go on pulling at the weights.",
            "y = 1, o = 3: the gradient of o is 0, here −1.",
            "grad = -y if 1 - y·o > 0 else 0; or (1 − y·o).relu() and its own backward."
        ),
        Row(
            "hinge-squared",
            "The hinge loss is squared",
            WithLoss("hinge", ("reduction", "sum")),
            s => s.Loss.Kind == "hinge",
            Each((o, y) => (1 - y * o).Apply("relu").Pow(2)),
            "The squared hinge loss in place of the plain one.",
            "Losses are wrong from the first step on; gradients shrink towards the margin.",
            "y = 1, o = −1: the loss is 2, here 4.",
            "(1 − y·o).relu()."
        ),
        Row(
            "huber-delta-ignored",
            "Huber's delta is ignored",
            WithLoss("huber_loss", ("delta", 0.25), ("reduction", "sum")),
            s => s.Loss.Kind == "huber_loss" && s.Loss["delta"] != 1,
            Misread(s => s with { Loss = s.Loss.With("delta", 1.0) }),
            "The parabola meets the lines at 1 whatever delta says.",
            "Samples with errors below both are right, others wrong.",
            "delta 0.5, error 2: 0.5 · (2 − 0.25) = 0.875, here 1.5.",
            "Pass delta on."
        ),
        Row(
            "smooth-l1-for-huber",
            "Smooth L1 in place of Huber",
            WithLoss("huber_loss", ("delta", 0.25), ("reduction", "sum")),
            s => s.Loss.Kind == "huber_loss" && s.Loss["delta"] != 1,
            Misread(s => s with { Loss = AllParts.LossOf("smooth_l1_loss", ("beta", s.Loss["delta"]), ("reduction", s.Loss.Word("reduction"))) }),
            "The two have the same shape, but smooth L1 is Huber divided by delta.",
            "Loss and gradients have a constant ratio to the right ones in the first step, 1 over delta.",
            "delta 0.5, error 2: 0.875, here 1.75.",
            "Multiply by delta."
        ),
        Row(
            "logits-taken-for-probabilities",
            "The loss with logits is used on probabilities",
            Small with
            {
                Sizes = [2, 8, 1],
                Activations = ["tanh", "sigmoid"],
                Data = AllParts.DataOf("xor"),
                Loss = AllParts.LossOf("binary_cross_entropy"),
            },
            s => s.Loss.Kind == "binary_cross_entropy",
            Misread(s => s with { Loss = AllParts.LossOf("binary_cross_entropy_with_logits", ("reduction", s.Loss.Word("reduction"))) }),
            "The network returns probabilities, and the loss takes their sigmoid once more.",
            "Outputs of the first step are right, the loss is wrong and never below 0.31.",
            "Probability 0.9 of a sample of class 1: the loss is 0.105, here 0.341.",
            "binary_cross_entropy for probabilities, binary_cross_entropy_with_logits for scores."
        ),
        Row(
            "regularisation-left-out",
            "The L2 term is left out of the loss",
            Regularised,
            s => s.L2 != 0,
            Misread(s => s with { L2 = 0 }),
            "The loss has no regularisation.",
            "Outputs of the first step are right; loss and gradients lack strength · Σp² and 2 · strength · p.",
            "strength 0.001, p = 3: 0.009 are missing from the loss, 0.006 from the gradient of p.",
            "Add strength · Σp² to the loss before backward."
        ),
        Row(
            "regularisation-halved",
            "The L2 term is halved",
            Regularised,
            s => s.L2 != 0,
            Misread(s => s with { L2 = s.L2 / 2 }),
            "½ · strength · Σp², as textbooks write it.",
            "Outputs of the first step are right; half of the term is missing.",
            "strength 0.001, p = 3: 0.0045 in place of 0.009.",
            "strength · Σp²."
        ),
    ];

    /// <summary>Another term of an output and its target.</summary>
    private static LoopRules Each(Func<OpValue, double, OpValue> term) =>
        new() { Loss = (t, outputs) => outputs.Select((o, i) => term(o, t.Samples.Targets[i])) };

    private static TrainingSpec Regularised => WithLoss("hinge", ("reduction", "sum")) with { L2 = 0.001 };
}
