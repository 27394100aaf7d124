using Micrograd.Parity.Diff.Recomputing;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Causes;

/// <content>Training mode, and parameters that are not used.</content>
internal static partial class ModuleMistakes
{
    private static IEnumerable<ModuleMistake> Modes()
    {
        yield return ModuleMistake.One(
            "training-mode",
            "The module computes as in training mode, with the statistics of the batch.",
            "Call eval() on the model before evaluation, or train(false).",
            c => IsBatchNorm(c) && !c.Training ? c with { Training = true } : null
        );
        yield return ModuleMistake.One(
            "evaluation-mode",
            "The module computes as in evaluation mode, with the running statistics.",
            "Call train() on the model before the training loop, and again after each evaluation.",
            c => IsBatchNorm(c) && c.Training && c.State.ContainsKey("running_mean") ? c with { Training = false } : null
        );
        yield return ModuleMistake.One(
            "dropout-active",
            "Dropout leaves numbers out although the module is not in training mode.",
            "Call eval() on the model; a dropout that is called as a function needs the training flag.",
            c => IsDropout(c) && !c.Training ? c with { Training = true } : null
        );
        yield return ModuleMistake.One(
            "dropout-not-active",
            "Dropout passes everything on although the module is in training mode.",
            "Call train() on the model; a dropout that is called as a function needs the training flag.",
            c => IsDropout(c) && c.Training ? c with { Training = false } : null
        );
        yield return new(
            "dropout-not-scaled",
            "Dropout does not divide what it keeps by 1 − p.",
            "Divide by 1 − p in training, so that nothing has to be scaled in evaluation.",
            (c, recorded) => IsDropout(c) && c.Training && (recorded == 0).any().ToBoolean() ? [(c.With("~unscaled", true), "")] : []
        );
        yield return new(
            "dropout-probability",
            "Dropout leaves numbers out with the probability {0}.",
            "Set the original's probability.",
            (c, recorded) => IsDropout(c) && c.Training ? Probabilities(c, recorded).Select(p => (c.With("p", p), Fit.Shown(p))) : []
        );
    }

    private static IEnumerable<ModuleMistake> Parameters()
    {
        yield return ModuleMistake.One(
            "bias-left-out",
            "The bias is not added.",
            "Make the module with its bias, and see that it is loaded and used.",
            c => Without(c, "bias")
        );
        yield return ModuleMistake.One(
            "weight-left-out",
            "The result is not multiplied by the weight.",
            "Make the module with its weight (affine), and see that it is loaded and used.",
            c => s_norms.Contains(c.Type) ? Without(c, "weight") : null
        );
        yield return ModuleMistake.One(
            "affine-left-out",
            "Weight and bias are not applied.",
            "Make the module with elementwise_affine, or affine.",
            c => s_norms.Contains(c.Type) && Without(c, "weight") is { } other ? Without(other, "bias") : null
        );
        yield return ModuleMistake.One(
            "weight-not-transposed",
            "The input is multiplied by the weight, not by its transpose.",
            "PyTorch's Linear computes x @ weight.T; transpose weights that come from a framework with inputs first.",
            c => c.Type == "Linear" && c.State.TryGetValue("weight", out var w) && w.shape[0] == w.shape[1] ? c.Having("weight", w.t()) : null
        );
        yield return ModuleMistake.One(
            "padding-row",
            "The rows of padding_idx are 0, though the weight's row is not.",
            "PyTorch makes that row 0 when it is drawn and keeps gradients from it, but looks it up as any other; load the row as it is.",
            c =>
                c.Type == "Embedding" && c.Options.Has("padding_idx") && c.State.TryGetValue("weight", out var w)
                    ? c.Having("weight", WithoutRow(w, c.Options.Whole("padding_idx", 0)))
                    : null
        );
        yield return new(
            "indices-shifted",
            "The rows are those of indices {0}.",
            "Count indices from 0, as the original's vocabulary does.",
            (c, _) => c.Type == "Embedding" ? [(c.Given(c.Inputs[0] + 1), "one higher"), (c.Given(c.Inputs[0] - 1), "one lower")] : []
        );
    }
}
