using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Faults.FaultRuns;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Faults in an optimizer's formulas.</summary>
internal static class OptimizerFaults
{
    /// <summary>Hyperparameters that Adam and AdamW have in common.</summary>
    private static readonly string[] s_shared = ["lr", "beta1", "beta2", "eps", "weight_decay"];

    private static readonly TrainingSpec s_momentum = With("sgd", ("lr", 0.02), ("momentum", 0.9));
    private static readonly TrainingSpec s_adam = With("adam", ("lr", 0.01));
    private static readonly TrainingSpec s_adamW = With("adamw", ("lr", 0.01), ("weight_decay", 0.1));
    private static readonly TrainingSpec s_rmsProp = With("rmsprop", ("lr", 0.01));

    internal static IReadOnlyList<TrainingFault> All { get; } =
    [
        Row(
            "momentum-ignored",
            "The momentum is ignored",
            s_momentum,
            HasMomentum,
            Misread(s => s with { Optimizer = s.Optimizer.With("momentum", 0.0).With("nesterov", false) }),
            "The optimizer is made without its momentum.",
            "The first step is right; later ones are too short, and no momentum is kept.",
            "momentum 0.9, gradients 1 and 1: changes lr · 1, lr · 1.9, here lr · 1 twice.",
            "Pass momentum on."
        ),
        Row(
            "momentum-as-average",
            "The momentum is a running average",
            s_momentum,
            s => HasMomentum(s) && s.Optimizer["dampening"] == 0 && !s.Optimizer.Flag("nesterov"),
            Misread(s => s with { Optimizer = s.Optimizer.With("dampening", s.Optimizer["momentum"]) }),
            "buffer = μ · buffer + (1 − μ) · grad, where PyTorch adds the whole gradient.",
            "The first step is right; later ones are too short.",
            "μ = 0.9, gradients 1 and 1: the second buffer is 1.9, here 1.",
            "buffer = μ · buffer + grad; PyTorch's name for the other factor is dampening."
        ),
        Row(
            "dampening-ignored",
            "The dampening is ignored",
            With("sgd", ("lr", 0.02), ("momentum", 0.9), ("dampening", 0.5)),
            s => HasMomentum(s) && s.Optimizer["dampening"] != 0,
            OptimizerMisread("dampening", 0.0),
            "The whole gradient enters the momentum.",
            "The first step is right, as PyTorch does not dampen it; later ones are too long.",
            "μ = 0.9, dampening 0.5, gradients 1 and 1: the second buffer is 1.4, here 1.9.",
            "buffer = μ · buffer + (1 − dampening) · grad."
        ),
        Row(
            "nesterov-ignored",
            "Nesterov's look ahead is ignored",
            With("sgd", ("lr", 0.02), ("momentum", 0.9), ("nesterov", true)),
            s => HasMomentum(s) && s.Optimizer.Flag("nesterov"),
            OptimizerMisread("nesterov", false),
            "The change is the buffer, not the gradient plus μ times the buffer.",
            "The buffers are right while the parameters move too little, from the first step on.",
            "μ = 0.9, gradient 1: the first change is lr · 1.9, here lr · 1.",
            "change = grad + μ · buffer."
        ),
        Row(
            "weight-decay-ignored",
            "Weight decay is ignored",
            With("sgd", ("lr", 0.05), ("weight_decay", 0.1)),
            Decays,
            OptimizerMisread("weight_decay", 0.0),
            "The optimizer is made without its weight decay.",
            "Gradients of the first step are right; every parameter stays too great by lr · decay · p.",
            "p = 2, lr 0.1, decay 0.1: 0.02 too much.",
            "Pass weight_decay on."
        ),
        Row(
            "weight-decay-doubled",
            "Weight decay is taken twice",
            With("sgd", ("lr", 0.05), ("weight_decay", 0.1)),
            s => Decays(s) && s.Optimizer.Kind != "adamw",
            Formula(new() { Decayed = (gradient, strength, p) => gradient + 2 * strength * p }),
            "2 · decay · p is added to the gradient: the derivative of decay · p², where PyTorch's weight decay is that of ½ · decay · p².",
            "Gradients of the first step are right; parameters shrink twice as fast.",
            "p = 2, decay 0.1: 0.4 is added to the gradient in place of 0.2.",
            "grad + decay · p."
        ),
        Row(
            "weight-decay-coupled",
            "AdamW's weight decay joins the gradient",
            s_adamW,
            s => s.Optimizer.Kind == "adamw" && Decays(s),
            Misread(s => s with { Optimizer = Same(s.Optimizer, "adam") }),
            "decay · p is added to the gradient and goes through Adam's division, as in Adam with weight decay.",
            "Gradients of the first step are right; the running means contain the parameters, and great weights shrink too little.",
            "In the first step Adam's change is lr · sign(gradient) whatever the decay; AdamW's is lr · decay · p more.",
            "p *= 1 − lr · decay before the update, and leave the gradient alone."
        ),
        Row(
            "weight-decay-decoupled",
            "Adam's weight decay shrinks the parameters themselves",
            With("adam", ("lr", 0.01), ("weight_decay", 0.1)),
            s => s.Optimizer.Kind == "adam" && Decays(s),
            Misread(s => s with { Optimizer = Same(s.Optimizer, "adamw") }),
            "p *= 1 − lr · decay, as in AdamW.",
            "Gradients of the first step are right; the running means lack the parameters.",
            "torch.optim.Adam(weight_decay=…) adds decay · p to the gradient.",
            "grad + decay · p, or say AdamW."
        ),
        Row(
            "weight-decay-without-rate",
            "AdamW's weight decay is not multiplied by the learning rate",
            s_adamW,
            s => s.Optimizer.Kind == "adamw" && Decays(s),
            Formula(new() { Shrink = (_, strength) => 1 - strength }),
            "p *= 1 − decay.",
            "Gradients of the first step are right; parameters vanish within a few steps.",
            "p = 2, lr 0.01, decay 0.1: 1.998 before the update, here 1.8.",
            "p *= 1 − lr · decay."
        ),
        Row(
            "epsilon-1e-7",
            "Epsilon is 1e-7",
            s_adam,
            s => HasEpsilon(s) && s.Optimizer["eps"] != 1e-7,
            OptimizerMisread("eps", 1e-7),
            "Keras' default in place of PyTorch's 1e-8.",
            "Gradients of the first step are right; parameters differ from the seventh digit of their change on, more where gradients are small.",
            "Gradient 0.001: the change is lr · 0.001 / (0.001 + 1e-7).",
            "eps = 1e-8, or state the same on both sides."
        ),
        Row(
            "epsilon-1e-6",
            "Epsilon is 1e-6",
            s_adam,
            s => HasEpsilon(s) && s.Optimizer["eps"] != 1e-6,
            OptimizerMisread("eps", 1e-6),
            "Another library's default in place of PyTorch's 1e-8.",
            "Gradients of the first step are right; parameters differ from the sixth digit of their change on, more where gradients are small.",
            "Gradient 0.001: the change is lr · 0.001 / (0.001 + 1e-6).",
            "eps = 1e-8, or state the same on both sides."
        ),
        Row(
            "epsilon-inside-the-root",
            "Epsilon stands inside the root",
            s_adam,
            HasEpsilon,
            Formula(new() { Divisor = (square, correction, epsilon) => Math.Sqrt(square / correction + epsilon) }),
            "√(square + eps) in place of √square + eps.",
            "Gradients of the first step are right; small gradients make much shorter steps, as √1e-8 is 1e-4.",
            "Gradient 0.0001: the divisor is 0.0001, here 0.00014.",
            "Add epsilon after the root."
        ),
        Row(
            "root-left-out",
            "The mean square divides without its root",
            s_adam,
            HasEpsilon,
            Formula(new() { Divisor = (square, correction, epsilon) => square / correction + epsilon }),
            "square + eps in place of √square + eps.",
            "Gradients of the first step are right; steps are the longer the smaller the gradient.",
            "Gradient 0.1: the first change is lr · 0.1 / 0.1 = lr, here lr · 0.1 / 0.01 = 10 lr.",
            "Divide by √square + eps."
        ),
        Row(
            "bias-correction-left-out",
            "Adam's means are not corrected for their start at 0",
            s_adam,
            IsAdam,
            Formula(new() { Correction = (_, _, _) => 1 }),
            "The running means are used as they are, although they start at 0 and are far too small in the first steps.",
            "Gradients of the first step are right; the first change is (1 − β₁)/√(1 − β₂) = 3.16 times the right one.",
            "Gradient 4, β₁ = 0.9, β₂ = 0.999: the means are 0.4 and 0.016; the first change is lr · 0.4/√0.016 = 3.16 · lr in place of lr.",
            "Divide the means by 1 − βᵗ, t counted from 1."
        ),
        Row(
            "first-bias-correction-left-out",
            "Adam's mean of gradients is not corrected",
            s_adam,
            IsAdam,
            Formula(new() { Correction = (beta, step, moment) => moment == 1 ? 1 : 1 - Math.Pow(beta, step) }),
            "Only the mean of squares is divided by 1 − βᵗ.",
            "Gradients of the first step are right; the first change is a tenth of the right one.",
            "β₁ = 0.9: the first mean is 0.1 · gradient.",
            "Divide both means by their 1 − βᵗ."
        ),
        Row(
            "second-bias-correction-left-out",
            "Adam's mean of squares is not corrected",
            s_adam,
            IsAdam,
            Formula(new() { Correction = (beta, step, moment) => moment == 2 ? 1 : 1 - Math.Pow(beta, step) }),
            "Only the mean of gradients is divided by 1 − βᵗ.",
            "Gradients of the first step are right; the first change is 1/√0.001 = 31.6 times the right one.",
            "β₂ = 0.999: the first mean square is 0.001 · gradient².",
            "Divide both means by their 1 − βᵗ."
        ),
        Row(
            "step-never-advances",
            "Adam's step counter stays at 1",
            s_adam,
            IsAdam,
            Formula(new() { Step = (_, _, _) => 1 }),
            "The correction uses t = 1 for ever.",
            "The first step is right; later ones are corrected too much.",
            "t is a local variable of the update.",
            "Keep t with the optimizer and count each step."
        ),
        Row(
            "step-counts-parameters",
            "Adam's step counter counts parameters",
            s_adam,
            IsAdam,
            Formula(new() { Step = (step, index, count) => (step - 1) * count + index + 1 }),
            "t grows by one for each parameter, not for each step, as it is counted inside the loop over parameters.",
            "The first parameter of the first step is right; the correction fades away too early.",
            "for p in params: t += 1; ….",
            "Count once per step, before the loop."
        ),
        Row(
            "step-from-two",
            "Adam's step counter is one ahead",
            s_adam,
            IsAdam,
            Formula(new() { Step = (step, _, _) => step + 1 }),
            "t is 2 in the first step: it is counted twice, or starts at 1 and is counted before it is used.",
            "Gradients of the first step are right; the first change is 0.74 times the right one.",
            "t = 1; each step: t += 1.",
            "t is 1 in the first step."
        ),
        Row(
            "betas-exchanged",
            "Adam's betas are exchanged",
            s_adam,
            s => IsAdam(s) && s.Optimizer["beta1"] != s.Optimizer["beta2"],
            Misread(s => s with { Optimizer = s.Optimizer.With("beta1", s.Optimizer["beta2"]).With("beta2", s.Optimizer["beta1"]) }),
            "β₁ decays the squares and β₂ the gradients.",
            "The first step is right but for rounding; the running means are wrong at once.",
            "betas=(0.999, 0.9).",
            "betas=(0.9, 0.999)."
        ),
        Row(
            "amsgrad-ignored",
            "AMSGrad is ignored",
            With("adam", ("lr", 0.05), ("amsgrad", true), ("beta2", 0.5)),
            s => IsAdam(s) && s.Optimizer.Flag("amsgrad"),
            OptimizerMisread("amsgrad", false),
            "The last mean of squares divides, not the greatest so far.",
            "Right as long as the means of squares grow.",
            "Means of squares 4, 1: the second divisor is 2, here 1.",
            "Keep the greatest mean of squares."
        ),
        Row(
            "running-mean-without-weight",
            "A running mean takes the whole new number",
            s_rmsProp,
            s => IsAdam(s) || s.Optimizer.Kind == "rmsprop",
            Formula(new() { Fresh = _ => 1 }),
            "mean = β · mean + grad, without the factor 1 − β.",
            "Gradients of the first step are right; means are too great by 1 / (1 − β).",
            "α = 0.99, gradient 2: the mean square is 0.04, here 4.",
            "mean = β · mean + (1 − β) · grad."
        ),
        Row(
            "alpha-0.9",
            "RMSprop's alpha is 0.9",
            s_rmsProp,
            s => s.Optimizer.Kind == "rmsprop" && s.Optimizer["alpha"] != 0.9,
            OptimizerMisread("alpha", 0.9),
            "Another library's default in place of PyTorch's 0.99.",
            "Gradients of the first step are right; the mean of squares is 10 times the right one in the first step.",
            "Gradient 2: the mean square is 0.04, here 0.4.",
            "alpha = 0.99, or state the same on both sides."
        ),
        Row(
            "centering-ignored",
            "RMSprop's centering is ignored",
            With("rmsprop", ("lr", 0.002), ("centered", true)),
            s => s.Optimizer.Kind == "rmsprop" && s.Optimizer.Flag("centered"),
            OptimizerMisread("centered", false),
            "The mean square divides, not the variance.",
            "Gradients of the first step are right; steps are too short.",
            "Mean 0.5, mean square 1: the divisor is √0.75, here 1.",
            "√(mean square − mean²) + eps."
        ),
        Row(
            "rate-decay-ignored",
            "Adagrad's learning rate does not decay",
            With("adagrad", ("lr", 0.1), ("lr_decay", 0.1)),
            s => s.Optimizer.Kind == "adagrad" && s.Optimizer["lr_decay"] != 0,
            OptimizerMisread("lr_decay", 0.0),
            "The rate stays the same.",
            "The first step is right; later ones are too long.",
            "lr_decay 0.1: the second step's rate is lr / 1.1, here lr.",
            "lr / (1 + (t − 1) · lr_decay)."
        ),
        Row(
            "initial-sum-ignored",
            "Adagrad's sum starts at 0",
            With("adagrad", ("lr", 0.1), ("initial_accumulator_value", 0.1)),
            s => s.Optimizer.Kind == "adagrad" && s.Optimizer["initial_accumulator_value"] != 0,
            OptimizerMisread("initial_accumulator_value", 0.0),
            "The initial value of the sum of squares is ignored.",
            "Gradients of the first step are right; the first steps are too long.",
            "Gradient 0.1, initial 0.1: the divisor is √0.11, here 0.1.",
            "Start each parameter's sum at the given value."
        ),
    ];

    private static LoopRules Formula(OptimizerRules rules) => new() { Optimizer = rules };

    private static Choice Same(Choice optimizer, string kind) =>
        AllParts.OptimizerOf(kind, [.. s_shared.Select(s => (s, (object)optimizer[s])), ("amsgrad", optimizer.Flag("amsgrad"))]);

    private static bool HasMomentum(TrainingSpec spec) => spec.Optimizer.Kind == "sgd" && spec.Optimizer["momentum"] != 0;

    private static bool Decays(TrainingSpec spec) => spec.Optimizer["weight_decay"] != 0;

    private static bool HasEpsilon(TrainingSpec spec) => spec.Optimizer.Kind != "sgd";

    private static bool IsAdam(TrainingSpec spec) => spec.Optimizer.Kind is "adam" or "adamw";
}
