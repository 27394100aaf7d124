using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Faults.FaultRuns;
using static Micrograd.Parity.Comparisons.Faults.SoftmaxRules;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Faults in classification: softmax and its gradient, and the cross-entropies.</summary>
internal static class ClassFaults
{
    private static readonly TrainingSpec s_classes = Small with
    {
        Sizes = [2, 6, 3],
        Activations = ["tanh", "linear"],
        Data = AllParts.DataOf("spiral", ("per_class", 4)),
        Loss = AllParts.LossOf("cross_entropy"),
    };

    private static readonly TrainingSpec s_probabilities = Small with
    {
        Sizes = [2, 8, 1],
        Activations = ["tanh", "sigmoid"],
        Data = AllParts.DataOf("xor"),
        Loss = AllParts.LossOf("binary_cross_entropy"),
    };

    private static readonly TrainingSpec s_large = s_classes with { Init = AllParts.InitOf("normal", ("deviation", 800.0)) };

    private static readonly TrainingSpec s_scores = s_probabilities with
    {
        Activations = ["tanh", "linear"],
        Loss = AllParts.LossOf("binary_cross_entropy_with_logits"),
    };

    internal static IReadOnlyList<TrainingFault> All { get; } =
    [
        Row(
            "softmax-over-the-batch",
            "Softmax over the whole batch, not over each sample's scores",
            s_classes,
            HasSoftmax,
            Grouped((_, _) => 0),
            "exp(z) / exp(z).sum() without an axis: all probabilities of the batch add up to 1, where those of each sample should.",
            "Scores are right; probabilities are too small, and the loss too great by about the logarithm of the number of samples.",
            "Scores (0, 0) and (0, 0): each probability is 1/2, here 1/4.",
            "exp(z) / exp(z).sum(axis=1, keepdims=True).",
            _ => [new("backward from p − y", Grouped((_, _) => 0) with { Error = ErrorOf((_, _) => 0) })]
        ),
        Row(
            "softmax-over-the-samples",
            "Softmax over the wrong axis: over the samples, not over the classes",
            s_classes,
            HasSoftmax,
            Grouped((_, score) => score),
            "exp(z) / exp(z).sum(axis=0): the probabilities of each class add up to 1 over the samples.",
            "Scores are right; probabilities and losses are wrong from the first step on.",
            "Scores (2, 0) and (2, 0): each sample's probabilities are 0.88 and 0.12, here 1/2 each.",
            "exp(z) / exp(z).sum(axis=1, keepdims=True), with a row for each sample.",
            _ => [new("backward from p − y", Grouped((_, score) => score) with { Error = ErrorOf((_, score) => score) })]
        ),
        Row(
            "softmax-without-its-maximum",
            "Softmax overflows: the greatest score is not taken off",
            s_large,
            HasSoftmax,
            Overflowing(),
            "exp(z) is infinite from 710 on (89 in float32), and ∞ / ∞ is NaN. With the greatest score taken off first the exponentials are at most 1.",
            "Right while scores are small. With great ones the loss is NaN or infinite, and gradients are NaN.",
            "Scores (800, 0): the probabilities are 1 and 0, here NaN and 0.",
            "exp(z − max(z)), per sample.",
            _ =>
                [
                    new("as log(Σ exp z) − z", OfLogarithm()),
                    new("as log(Σ exp z) − z, backward from p − y", OfLogarithm() with { Error = OverflowingError }),
                    new("as −log(exp z / Σ exp z), op by op", OfQuotient()),
                ]
        ),
        Row(
            "softmax-gradient-twice",
            "The gradient of softmax is applied twice",
            s_classes,
            s => IsClasses(s) && s.Activations[^1] == "linear",
            OfScores((p, e, i) => p[i] * (e[i] - p.Zip(e, (q, f) => q * f).Sum())),
            "p − y is the gradient of cross-entropy and softmax together. Here it is multiplied by the derivative of softmax once more.",
            "Losses of the first step are right; all gradients are too small.",
            "p = (0.7, 0.3), class 0: (−0.3, 0.3), here (−0.126, 0.126).",
            "Start from p − y at the scores.",
            _ => [new("its diagonal, p · (1 − p)", OfScores((p, e, i) => p[i] * (1 - p[i]) * e[i]))]
        ),
        Row(
            "softmax-jacobian-diagonal",
            "The gradient of softmax has its diagonal only",
            s_classes with
            {
                Activations = ["tanh", "softmax"],
                Loss = AllParts.LossOf("mse_loss"),
                Data = AllParts.DataOf("inline", ("inputs", Inputs), ("targets", OneHot)),
            },
            s => s.Activations[^1] == "softmax",
            new() { Layers = new() { SoftmaxErrors = l => l.Product(i => l.Outputs[i] * (1 - l.Outputs[i])) } },
            "p · (1 − p), as for a sigmoid: that each probability depends on all scores is left out.",
            "Outputs and losses of the first step are right; all gradients are wrong.",
            "p = (0.7, 0.3), arrived (1, 1): the scores' gradients are 0, here (0.21, 0.21).",
            "pᵢ · (gᵢ − Σ gⱼpⱼ)."
        ),
        OfBinary(
            "binary-cross-entropy-sign",
            "The binary cross-entropy has no minus sign",
            (p, y) => y * p.Apply("log") + (1 - y) * (1 - p).Apply("log"),
            "The mean of y · log p + (1 − y) · log(1 − p), which is negative; the cross-entropy is its opposite.",
            "Losses and gradients have the opposite sign, and training makes the loss worse.",
            "p = 0.9, y = 1: the loss is 0.105, here −0.105.",
            "−(y · log p + (1 − y) · log(1 − p))."
        ),
        OfBinary(
            "binary-cross-entropy-first-term-only",
            "The binary cross-entropy has its first term only",
            (p, y) => -(y * p.Apply("log")),
            "−y · log p, as for several classes: samples with the target 0 have no loss.",
            "Samples of class 1 are right, others have neither loss nor gradient.",
            "p = 0.9, y = 0: the loss is 2.303, here 0.",
            "−(y · log p + (1 − y) · log(1 − p))."
        ),
        OfBinary(
            "binary-cross-entropy-sign-between-terms",
            "The binary cross-entropy has a wrong sign between its terms",
            (p, y) => (1 - y) * (1 - p).Apply("log") - y * p.Apply("log"),
            "−(y · log p − (1 − y) · log(1 − p)): brackets are missing, and the second term counts the wrong way.",
            "Samples of class 1 are right, those of class 0 have the opposite loss.",
            "p = 0.9, y = 0: the loss is 2.303, here −2.303.",
            "−(y · log p + (1 − y) · log(1 − p))."
        ),
        OfBinary(
            "binary-cross-entropy-exchanged",
            "The binary cross-entropy has its classes exchanged",
            (p, y) => -((1 - y) * p.Apply("log")) - y * (1 - p).Apply("log"),
            "−((1 − y) · log p + y · log(1 − p)).",
            "Losses are those of the other class, and the network learns the opposite.",
            "p = 0.9, y = 1: the loss is 0.105, here 2.303.",
            "−(y · log p + (1 − y) · log(1 − p))."
        ),
        OfBinary(
            "binary-cross-entropy-factor",
            "The binary cross-entropy has a factor",
            (p, y) => -(0.5 * (y * p.Apply("log") + (1 - y) * (1 - p).Apply("log"))),
            "The loss is halved or doubled, or the logarithm has another base.",
            "Losses and gradients of the first step have a constant ratio to the right ones.",
            "p = 0.9, y = 1: the loss is 0.105, with ½ 0.053, with log2 0.152.",
            "−(y · log p + (1 − y) · log(1 − p)), with the natural logarithm.",
            ("2", 4),
            ("log2 for log", 2 / Math.Log(2)),
            ("log10 for log", 2 / Math.Log(10))
        ),
        Row(
            "binary-cross-entropy-gradient-sign",
            "The binary cross-entropy's gradient has a wrong sign between its terms",
            s_probabilities,
            IsProbabilities,
            OfOutputs((p, y) => -y / p - (1 - y) / (1 - p)),
            "−y/p − (1 − y)/(1 − p): the derivative of log(1 − p) is −1/(1 − p), and the minus before it makes it a plus.",
            "Losses of the first step are right; samples of class 0 have the opposite gradient.",
            "p = 0.9, y = 0: the gradient is 10, here −10.",
            "−y/p + (1 − y)/(1 − p).",
            _ =>
                [
                    new("the first term's", OfOutputs((p, y) => y / p + (1 - y) / (1 - p))),
                    new("the second term is missing", OfOutputs((p, y) => -y / p)),
                ]
        ),
        Row(
            "binary-cross-entropy-gradient-of-the-sigmoid",
            "p − y is taken for the gradient of the probability",
            s_probabilities,
            IsProbabilities,
            OfOutputs((p, y) => p - y),
            "p − y is the gradient of the score, sigmoid and cross-entropy together. At the probability it is multiplied by p · (1 − p) once more.",
            "Losses of the first step are right; all gradients are too small.",
            "p = 0.9, y = 0: the score's gradient is 0.9, here 0.081.",
            "Start from p − y at the score, or from (p − y)/(p · (1 − p)) at the probability."
        ),
        Row(
            "sigmoid-gradient-twice",
            "The gradient of the sigmoid is applied twice",
            s_scores,
            s => s.Loss.Kind == "binary_cross_entropy_with_logits",
            new() { Error = (t, right) => [.. right.Select((g, i) => Sigmoid(t.Outputs[i].Data) is var p ? g * p * (1 - p) : g)] },
            "p − y is the gradient of cross-entropy and sigmoid together. Here it is multiplied by the derivative of the sigmoid once more.",
            "Losses of the first step are right; all gradients are too small.",
            "p = 0.9, y = 0: the score's gradient is 0.9, here 0.081.",
            "Start from p − y at the score."
        ),
    ];

    private static double[][] Inputs =>
        [
            [0.5, -1],
            [1.5, 0.25],
            [-0.75, 1],
        ];

    private static double[][] OneHot =>
        [
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
        ];

    private static bool HasSoftmax(TrainingSpec spec) => IsClasses(spec) || spec.Activations[^1] == "softmax";

    private static bool IsProbabilities(TrainingSpec spec) => spec.Loss.Kind == "binary_cross_entropy";

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static TrainingFault OfBinary(
        string name,
        string title,
        Func<OpValue, double, OpValue> term,
        string what,
        string effect,
        string example,
        string repair,
        params (string Says, double Factor)[] factors
    ) =>
        Row(
            name,
            title,
            s_probabilities,
            s => s.Loss.Kind is "binary_cross_entropy" or "binary_cross_entropy_with_logits",
            Terms(term),
            what,
            effect,
            example,
            repair,
            _ => factors.Select(f => new FaultVariant(f.Says, Terms((p, y) => f.Factor * term(p, y))))
        );

    /// <summary>Another term of a probability and its target; scores go through the sigmoid first.</summary>
    private static LoopRules Terms(Func<OpValue, double, OpValue> term) =>
        new() { Loss = (t, outputs) => outputs.Select((o, i) => term(IsProbabilities(t.Spec) ? o : o.Apply("sigmoid"), t.Samples.Targets[i])) };

    /// <summary>Another gradient of a probability, from the probability and its target.</summary>
    private static LoopRules OfOutputs(Func<double, double, double> gradient) =>
        new() { Error = (t, right) => [.. right.Select((_, i) => gradient(t.Outputs[i].Data, t.Samples.Targets[i]) * Share(t))] };
}
