using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Faults.FaultRuns;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Faults in Adam's bias correction and in where epsilon stands.</summary>
internal static class AdamFaults
{
    private static readonly TrainingSpec s_adam = With("adam", ("lr", 0.01));

    internal static IReadOnlyList<TrainingFault> All { get; } =
    [
        Row(
            "bias-correction-multiplied",
            "Adam's means are multiplied by their bias correction, not divided by it",
            s_adam,
            IsAdam,
            Formula(new() { Correction = (beta, step, _) => 1 / (1 - Math.Pow(beta, step)) }),
            "mean · (1 − βᵗ) in place of mean / (1 − βᵗ): the means, too small in the first steps, become smaller still.",
            "Gradients of the first step are right; with the usual betas the first change is 10 times the right one.",
            "Gradient 4, β₁ = 0.9, β₂ = 0.999: corrected means 0.04 and 1.6e-5; the first change is lr · 0.04/0.004 = 10 · lr in place of lr.",
            "mean / (1 − βᵗ), t counted from 1.",
            _ =>
                [
                    Form("of the mean of gradients only", (beta, step, moment) => moment == 1 ? 1 / Right(beta, step) : Right(beta, step)),
                    Form("of the mean of squares only", (beta, step, moment) => moment == 2 ? 1 / Right(beta, step) : Right(beta, step)),
                ]
        ),
        Row(
            "bias-correction-twice",
            "Adam's bias correction is applied twice",
            s_adam,
            IsAdam,
            Formula(new() { Correction = (beta, step, _) => Math.Pow(1 - Math.Pow(beta, step), 2) }),
            "The means are corrected, and the learning rate by the same factors once more; or the corrected means are kept as the running means.",
            "Gradients of the first step are right; with the usual betas the first change is 0.316 times the right one.",
            "m = m / (1 − β₁ᵗ) writes into the running mean, so that the next step starts from a number that is corrected already.",
            "Correct a copy, in the means or in the rate, once: m̂ = m / (1 − β₁ᵗ).",
            _ =>
                [
                    new(
                        "the corrected means are kept as the running means",
                        Formula(
                            new()
                            {
                                Stored = (name, number, choice, step) =>
                                    name switch
                                    {
                                        "exp_avg" => number / Right(choice["beta1"], step),
                                        "exp_avg_sq" => number / Right(choice["beta2"], step),
                                        _ => number,
                                    },
                            }
                        )
                    ),
                    Form("of the mean of gradients only", (beta, step, moment) => Math.Pow(Right(beta, step), moment == 1 ? 2 : 1)),
                ]
        ),
        Row(
            "second-correction-outside-the-root",
            "The mean of squares is corrected after its root",
            s_adam,
            IsAdam,
            Formula(new() { Divisor = (square, correction, epsilon) => Math.Sqrt(square) / correction + epsilon }),
            "√square / (1 − β₂ᵗ) in place of √(square / (1 − β₂ᵗ)).",
            "Gradients of the first step are right; with the usual betas the first change is 0.0316 times the right one.",
            "lr · (1 − β₂ᵗ)/(1 − β₁ᵗ) in place of lr · √(1 − β₂ᵗ)/(1 − β₁ᵗ).",
            "√(square / (1 − β₂ᵗ)), which is √square / √(1 − β₂ᵗ)."
        ),
        Row(
            "corrections-exchanged",
            "Adam's bias corrections use each other's beta",
            s_adam,
            s => IsAdam(s) && s.Optimizer["beta1"] != s.Optimizer["beta2"],
            Exchanged(s_adam.Optimizer),
            "The mean of gradients is divided by 1 − β₂ᵗ and the mean of squares by 1 − β₁ᵗ.",
            "Gradients of the first step are right; with the usual betas the first change is 1000 times the right one.",
            "m / (1 − β₂ᵗ).",
            "m / (1 − β₁ᵗ) and v / (1 − β₂ᵗ).",
            clues => [new("", Exchanged(clues.Spec.Optimizer))]
        ),
        Row(
            "epsilon-before-the-correction",
            "Epsilon is added before the bias correction",
            s_adam,
            IsAdam,
            Formula(new() { Divisor = (square, correction, epsilon) => (Math.Sqrt(square) + epsilon) / Math.Sqrt(correction) }),
            "lr · √(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√v + eps), the shorter formula of Adam's paper, in which epsilon is another one (\"epsilon hat\").",
            "Gradients of the first step are right; parameters differ from the seventh digit of their change on, more where gradients are small, "
                + "and less from step to step.",
            "Gradient 0.001, β₂ = 0.999: √v = 3.16e-5, so the first divisor is too great by 1e-8 / 0.0316 = 3.2e-7 in place of 1e-8.",
            "√v / √(1 − β₂ᵗ) + eps."
        ),
    ];

    private static bool IsAdam(TrainingSpec spec) => spec.Optimizer.Kind is "adam" or "adamw";

    private static double Right(double beta, int step) => 1 - Math.Pow(beta, step);

    private static LoopRules Formula(OptimizerRules rules) => new() { Optimizer = rules };

    private static LoopRules Exchanged(Choice adam) =>
        Formula(new() { Correction = (_, step, moment) => Right(adam[moment == 1 ? "beta2" : "beta1"], step) });

    private static FaultVariant Form(string says, Func<double, int, int, double> correction) => new(says, Formula(new() { Correction = correction }));
}
