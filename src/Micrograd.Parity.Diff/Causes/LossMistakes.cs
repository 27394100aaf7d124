using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Causes;

/// <summary>Mistakes in a loss.</summary>
internal static class LossMistakes
{
    private static readonly string[] s_crossEntropies = ["CrossEntropyLoss", "NLLLoss"];
    private static readonly double[] s_smoothings = [0, 0.1, 0.2, 0.05, 0.01];
    private static readonly string[] s_reductions = ["mean", "sum", "batchmean"];

    /// <summary>Mistakes that give a loss.</summary>
    /// <param name="call">The right loss, of the side's own outputs and targets.</param>
    /// <param name="recorded">The loss as it was recorded.</param>
    internal static IReadOnlyList<Mistake> Of(ModuleCall call, Tensor recorded)
    {
        using var work = TorchWork.Begin();
        using var _ = no_grad();
        if (Number(call) is not { } right || right.Admits(recorded.reshape(right.Exact.shape)))
            return [];
        if (right.Exact.numel() != 1 || recorded.numel() != 1)
            return [];
        var found = new List<(Mistake Mistake, double Distance)>();
        foreach (var (mistake, variant) in Variants(call))
        {
            using var scope = NewDisposeScope();
            if (Number(variant) is { } other)
                Try(mistake, other);
        }

        foreach (var (mistake, factor) in found.Count > 0 ? [] : Factors(call))
            Try(
                mistake,
                new(right.Exact * factor, right.Bound * Math.Abs(factor) + (right.Exact * factor).abs() * (2 * Rounding.Of(recorded.dtype).Stored))
            );
        // Of the values that an option may have, the one that comes nearest.
        List<Mistake> mistakes = [.. found.GroupBy(f => f.Mistake.Name).Select(same => same.MinBy(f => f.Distance).Mistake)];
        Broadcast(call, mistakes, recorded);
        return mistakes.Count > 0 ? mistakes : OfAnotherKind(call, recorded);

        void Try(Mistake mistake, Recomputed other)
        {
            var number = recorded.reshape(other.Exact.shape);
            if (other.Admits(number) && other.Bound.isfinite().all().ToBoolean())
                found.Add((mistake, (number - other.Exact).abs().ToDouble()));
        }
    }

    private static Recomputed? Number(ModuleCall call) => KnownModules.Forward(call) is [var loss] ? loss : null;

    private static IEnumerable<(Mistake Mistake, ModuleCall Call)> Variants(ModuleCall c)
    {
        var reduction = c.Options.Text("reduction", "mean");
        foreach (var other in s_reductions.Where(r => r != reduction && (r != "batchmean" || !s_crossEntropies.Contains(c.Type))))
        {
            var words = other switch
            {
                "sum" => "The loss is summed.",
                "mean" => "The loss is the mean over all numbers.",
                _ => "The loss is the sum divided by the size of the batch.",
            };
            yield return (new($"reduction-{other}", words, $"Reduce by {reduction}, as the original does."), c.With("reduction", other));
        }

        if (s_crossEntropies.Contains(c.Type))
        {
            foreach (var smoothing in s_smoothings.Where(s => s != c.Options.Number("label_smoothing", 0)))
                yield return (
                    new(
                        "label-smoothing",
                        $"label_smoothing is {Fit.Shown(smoothing)}.",
                        "Give label_smoothing explicitly, with the original's value."
                    ),
                    c.As("CrossEntropyLoss").With("label_smoothing", smoothing)
                );
            yield return (
                new(
                    "ignored-counted",
                    "The mean is over all targets, those to be ignored among them.",
                    "Divide by the number of targets that are not ignored."
                ),
                c.With("~divisor", "all")
            );
            yield return (
                new("ignore-index", "Targets that are to be ignored are not.", "Give ignore_index explicitly, with the original's value."),
                c.With("ignore_index", -100.0)
            );
            if (c.State.ContainsKey("weight"))
            {
                yield return (
                    new(
                        "weights-not-normalized",
                        "The weighted mean is divided by the number of targets.",
                        "Divide by the sum of the targets' weights."
                    ),
                    c.With("~divisor", "kept")
                );
                yield return (new("class-weights-left-out", "The classes are not weighted.", "Give the loss its weight."), c.Without("weight"));
            }

            yield return (
                new("softmax-twice", "Softmax is applied twice: before the loss and within it.", "Give CrossEntropyLoss the logits."),
                c.As("CrossEntropyLoss").With("~softmax twice", true)
            );
            yield return (
                new("logarithm-forgotten", "The loss takes probabilities for their logarithms.", "Give NLLLoss the result of log_softmax."),
                c.As("NLLLoss").Given(nn.functional.softmax(c.Inputs[0], Dim(c)), c.Inputs[1])
            );
            if (!c.Inputs[1].is_floating_point() && c.Inputs[0].dim() == 2 && c.Inputs[1].min().ToInt64() >= 0)
            {
                var hot = nn.functional.one_hot(c.Inputs[1].to(ScalarType.Int64), c.Inputs[0].shape[1]).to(c.Inputs[0].dtype);
                yield return (
                    new("squares-of-one-hot", "The loss is the mean square of outputs and one-hot targets.", "Use the original's loss."),
                    c.As("MSELoss").Given(c.Inputs[0], hot)
                );
            }
        }

        if (c.Type == "BCELoss")
            yield return (
                new("logits", "The outputs are taken for logits.", "BCEWithLogitsLoss has the sigmoid within it: leave the other out."),
                c.As("BCEWithLogitsLoss")
            );
        if (c.Type == "BCEWithLogitsLoss")
        {
            yield return (
                new("sigmoid-twice", "The sigmoid is applied twice: before the loss and within it.", "Give BCEWithLogitsLoss the logits."),
                c.Given([c.Inputs[0].sigmoid(), .. c.Inputs.Skip(1)])
            );
            if (c.State.ContainsKey("pos_weight"))
                yield return (
                    new("pos-weight-left-out", "Positive targets are not weighted.", "Give the loss its pos_weight."),
                    c.Without("pos_weight")
                );
        }

        if (c.Type == "KLDivLoss")
            yield return (
                new(
                    "log-target",
                    "The targets are taken for what they are not: probabilities or their logarithms.",
                    "Give log_target explicitly; TorchSharp's default is true."
                ),
                c.With("log_target", !c.Options.Flag("log_target", false))
            );
        if (c.Type == "HingeEmbeddingLoss")
            yield return (
                new("hinge-margin", "The margin is 0.", "Give the margin explicitly; that of TorchSharp's function is 0, PyTorch's is 1."),
                c.With("margin", 0.0)
            );
        if (c.Type is "SmoothL1Loss" or "HuberLoss")
        {
            var option = c.Type == "HuberLoss" ? "delta" : "beta";
            foreach (var number in new[] { 1, 0.5, 0.1, 1.0 / 9 }.Where(n => n != c.Options.Number(option, 1)))
                yield return (
                    new(option, $"{option} is {Fit.Shown(number)}.", $"Give {option} explicitly, with the original's value."),
                    c.With(option, number)
                );
        }
    }

    private static IEnumerable<(Mistake Mistake, double Factor)> Factors(ModuleCall c)
    {
        yield return (new("half", "The loss is half of what it should be.", "See whether the original has the factor ½."), 0.5);
        yield return (new("doubled", "The loss is twice what it should be.", "See whether the original has the factor ½."), 2);
        yield return (new("sign", "The loss has the other sign.", "Minimize the negative logarithm."), -1);
        yield return (new("logarithm-base-2", "The logarithm is that to the base 2.", "Use the natural logarithm."), 1 / Math.Log(2));
        var batch = c.Inputs[0].dim() > 0 ? c.Inputs[0].shape[0] : 1;
        var each = c.Inputs[0].numel() / Math.Max(1, batch);
        if (batch > 2)
            yield return (new("divided-by-batch", $"The loss is divided by the size of the batch, {batch}, once more.", "Divide once."), 1.0 / batch);
        if (each > 2)
        {
            yield return (
                new("divided-by-width", $"The loss is divided by the numbers of a sample, {each}, once more.", "Divide as the original does."),
                1.0 / each
            );
            yield return (
                new("not-divided-by-width", $"The loss is not divided by the numbers of a sample, {each}.", "Divide as the original does."),
                each
            );
        }
    }

    /// <summary>Outputs of shape (n, 1) beside targets of shape (n): each with each.</summary>
    private static void Broadcast(ModuleCall c, List<Mistake> found, Tensor recorded)
    {
        if (c.Type is not ("MSELoss" or "L1Loss" or "SmoothL1Loss" or "HuberLoss") || c.Inputs[0].numel() is < 2 or > 4096)
            return;
        var (x, t) = (c.Inputs[0].flatten().unsqueeze(1), c.Inputs[1].flatten().unsqueeze(0));
        long[] shape = [x.shape[0], t.shape[1]];
        if (
            c.Inputs[0].shape.Count(n => n > 1) == 1
            && Number(c.Given(x.expand(shape), t.expand(shape))) is { } other
            && other.Admits(recorded.reshape(other.Exact.shape))
        )
            found.Add(
                new(
                    "broadcast",
                    "Each output is compared with each target: their shapes are (n, 1) and (n).",
                    "Give outputs and targets the same shape."
                )
            );
    }

    private static IReadOnlyList<Mistake> OfAnotherKind(ModuleCall c, Tensor recorded) =>
        KnownLosses.Which(c.Inputs[0], c.Inputs[1], recorded).FirstOrDefault() is { } other
            ? [new("another-loss", $"The loss is {other.Name}.", "Use the original's loss.")]
            : [];

    private static long Dim(ModuleCall c) => c.Inputs[0].dim() == 1 ? 0 : 1;
}
