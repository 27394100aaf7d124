using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Faults.FaultRuns;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Faults in which parameters are kept small, and how: weight decay, and the L2 term of the loss.</summary>
internal static class DecayFaults
{
    private static readonly TrainingSpec s_decay = With("sgd", ("lr", 0.05), ("weight_decay", 0.1));
    private static readonly TrainingSpec s_penalty = WithLoss("hinge", ("reduction", "sum")) with { L2 = 0.01 };

    internal static IReadOnlyList<TrainingFault> All { get; } =
    [
        Row(
            "weight-decay-not-on-biases",
            "Weight decay is not applied to biases",
            s_decay,
            s => Decays(s) && s.Bias,
            Rules(new OptimizerRules { Decays = (shape, p) => !shape.IsBias(p) }),
            "Biases are in a parameter group without weight decay, as many recommend. PyTorch's optimizers decay every parameter they are given.",
            "Weights are right; biases stay too great by lr · decay · b in each step.",
            "p = 2, lr 0.1, decay 0.1: a weight loses 0.02 beside its gradient, a bias nothing.",
            "Decay all parameters, or give the biases a group of their own on both sides."
        ),
        Row(
            "weight-decay-on-some-layers",
            "Weight decay is applied to some parameters only",
            s_decay,
            s => Decays(s) && s.Sizes.Count > 2,
            Rules(new OptimizerRules { Decays = (shape, p) => shape.LayerOf(p) == 0 && !shape.IsBias(p) }),
            "The decay is written into one layer, or into the weights of some.",
            "The parameters that decay are right; the others stay too great by lr · decay · p in each step.",
            "grad = X.T @ error + decay * W1 for the first layer, without decay * W2 for the second.",
            "Apply it where the optimizer changes parameters, to all of them.",
            clues => Parts(clues.Shape).Skip(1).Select(part => new FaultVariant(part.Says, Rules(new OptimizerRules { Decays = part.Holds })))
        ),
        Row(
            "weight-decay-outside-the-gradient",
            "Weight decay is taken off the parameters, not added to the gradient",
            With("sgd", ("lr", 0.05), ("momentum", 0.9), ("weight_decay", 0.1)),
            s => Decays(s) && s.Optimizer.Kind is "rmsprop" or "adagrad" or "sgd" && (s.Optimizer.Kind != "sgd" || s.Optimizer["momentum"] != 0),
            Rules(new OptimizerRules { Apart = (rate, strength, p) => rate * strength * p }),
            "The decay comes after the momentum, or after the division: p −= lr · (change + decay · p). PyTorch adds decay · p to the gradient before.",
            "The first step with momentum is right; then buffers lack the parameters, and the decay is not carried on.",
            "μ = 0.9, decay 0.1, p = 1, gradients 0: PyTorch's buffer is 0.1 and then 0.19 − …, here it stays 0.",
            "gradient += decay · p, then momentum, then the update."
        ),
        Row(
            "weight-decay-without-the-rate",
            "Weight decay is not multiplied by the learning rate",
            s_decay,
            s => Decays(s) && s.Optimizer.Kind != "adamw",
            Rules(new OptimizerRules { Apart = (_, strength, p) => strength * p }),
            "p −= lr · gradient + decay · p.",
            "Gradients of the first step are right; parameters shrink too fast, by decay · p where lr · decay · p is meant.",
            "p = 2, lr 0.05, decay 0.1: 0.2 is taken off in place of 0.01.",
            "p −= lr · (gradient + decay · p)."
        ),
        Row(
            "regularisation-not-on-biases",
            "The L2 term leaves the biases out",
            s_penalty,
            s => s.L2 != 0 && s.Bias,
            OfPenalty((shape, p) => !shape.IsBias(p)),
            "The sum of squares runs over the weights only, as textbooks write it.",
            "Outputs of the first step are right; the loss lacks the biases' squares, and their gradients 2 · strength · b.",
            "strength 0.01, weight 3, bias 2: 0.09 in place of 0.13.",
            "Sum over model.parameters(), or say that the L2 term is of weights on both sides."
        ),
        Row(
            "regularisation-on-some-layers",
            "The L2 term has some parameters only",
            s_penalty,
            s => s.L2 != 0 && s.Sizes.Count > 2,
            OfPenalty((shape, p) => shape.LayerOf(p) == 0 && !shape.IsBias(p)),
            "The sum of squares runs over one layer, or over the weights of some.",
            "Outputs of the first step are right; gradients of the parameters left out lack 2 · strength · p.",
            "loss += strength * (W1**2).sum(), without W2.",
            "Sum over all parameters.",
            clues => Parts(clues.Shape).Skip(1).Select(part => new FaultVariant(part.Says, OfPenalty(part.Holds)))
        ),
        Row(
            "regularisation-not-in-the-gradient",
            "The L2 term is in the loss, but not in the gradient",
            s_penalty,
            s => s.L2 != 0,
            new() { Gradient = (t, p, g) => g - 2 * t.Spec.L2 * t.Parameters[p] },
            "The loss that is printed has the term; the hand-written backward pass starts from the error alone.",
            "Losses of the first step are right; each gradient lacks 2 · strength · p.",
            "strength 0.01, p = 3: 0.06 are missing from the gradient.",
            "dW += 2 · strength · W, for each parameter that is in the term."
        ),
        Row(
            "regularisation-not-in-the-loss",
            "The L2 term is in the gradient, but not in the loss",
            s_penalty,
            s => s.L2 != 0,
            new() { Told = (t, loss) => loss - t.Spec.L2 * t.Parameters.Sum(p => p * p) },
            "The gradient has 2 · strength · p, but the loss that is printed is the data's alone.",
            "Outputs and gradients are right; the loss is too small by strength · Σp².",
            "strength 0.01, p = 3: 0.09 are missing from the loss.",
            "Print the loss that backward starts from."
        ),
        Row(
            "regularisation-divided",
            "The L2 term is divided by the number of samples",
            s_penalty,
            s => s.L2 != 0,
            Divided(1),
            "strength / n · Σp², or strength / 2n · Σp², as textbooks write it for the mean of n losses.",
            "Outputs of the first step are right; most of the term is missing.",
            "strength 0.01, 4 samples, p = 3: 0.0225 in place of 0.09.",
            "strength · Σp².",
            _ => [new("and by 2", Divided(2))]
        ),
        Row(
            "regularisation-gradient-without-2",
            "The L2 term's gradient has no factor 2",
            s_penalty,
            s => s.L2 != 0,
            new() { Gradient = (t, p, g) => g - t.Spec.L2 * t.Parameters[p] },
            "strength · p is added to the gradient, which is the derivative of ½ · strength · p², where the loss has strength · p².",
            "Losses of the first step are right; each gradient lacks strength · p.",
            "strength 0.01, p = 3: 0.03 are missing from the gradient.",
            "dW += 2 · strength · W, or put the ½ into the loss as well."
        ),
    ];

    private static bool Decays(TrainingSpec spec) => spec.Optimizer["weight_decay"] != 0;

    private static LoopRules Rules(OptimizerRules rules) => new() { Optimizer = rules };

    private static LoopRules Divided(double half) =>
        new() { Penalty = (t, all) => t.Spec.L2 / (half * t.BatchCount) * OpValue.Fold(all.Select(p => p * p)) };

    private static LoopRules OfPenalty(Func<NetworkShape, int, bool> holds) =>
        new()
        {
            Penalty = (t, all) =>
                t.Spec.L2 * OpValue.Fold(all.Where((_, p) => holds(t.Shape, p)).Select(p => p * p).DefaultIfEmpty(all[0].Constant(0))),
        };
}
