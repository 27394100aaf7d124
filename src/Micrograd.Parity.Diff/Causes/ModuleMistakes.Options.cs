using Micrograd.Parity.Diff.Recomputing;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Causes;

/// <content>Options of normalizations and functions.</content>
internal static partial class ModuleMistakes
{
    private static IEnumerable<ModuleMistake> Options()
    {
        yield return ModuleMistake.Option(
            "epsilon",
            "The module's eps is {0}.",
            "Give eps explicitly, with the original's value.",
            "eps",
            (c, _) => s_epsilons.Where(e => e != c.Options.Number("eps", 1e-5)),
            s_norms
        );
        yield return new(
            new(
                "epsilon-outside-root",
                "eps, {0}, is added to the standard deviation, outside of the root.",
                "Add eps to the variance, and take the root then."
            ),
            (c, _) =>
                s_norms.Contains(c.Type)
                    ? new[] { c.Options.Number("eps", 1e-5), 1e-3, 1e-6, 1e-8, 1e-12 }.Select(eps =>
                        (c.With("eps", eps).With("~eps place", "outside"), Fit.Shown(eps))
                    )
                    : []
        );
        yield return ModuleMistake.One(
            "root-forgotten",
            "The module divides by the variance, not by its root.",
            "Divide by the root of variance + eps.",
            c => s_norms.Contains(c.Type) ? c.With("~eps place", "no root") : null
        );
        yield return ModuleMistake.One(
            "unbiased-variance",
            "The module divides by the unbiased variance (n − 1).",
            "Normalizations use the biased variance: var(unbiased: false).",
            c => s_norms.Contains(c.Type) && c.Type != "RMSNorm" ? c.With("~unbiased", true) : null
        );
        yield return ModuleMistake.One(
            "mean-not-subtracted",
            "The module does not subtract the mean: it is RMSNorm, with LayerNorm's eps and bias.",
            "Subtract the mean before dividing.",
            c => c.Type == "LayerNorm" ? (c with { Type = "RMSNorm" }).With("eps", c.Options.Number("eps", 1e-5)) : null
        );
        yield return ModuleMistake.One(
            "mean-subtracted",
            "The module subtracts the mean: it is LayerNorm.",
            "RMSNorm divides by the root of the mean square alone.",
            c => c.Type == "RMSNorm" ? c with { Type = "LayerNorm" } : null
        );
        yield return new(
            new("gelu-approximation", "GELU is computed with approximate=\"{0}\".", "Give approximate explicitly, with the original's value."),
            (c, _) =>
                c.Type != "GELU" ? []
                : c.Options.Text("approximate", "none") == "tanh" ? [(c.With("approximate", "none"), "none")]
                : [(c.With("approximate", "tanh"), "tanh")]
        );
        yield return ModuleMistake.Option(
            "negative-slope",
            "The slope of negative numbers is {0}.",
            "Give negative_slope explicitly, with the original's value.",
            "negative_slope",
            (c, recorded) => Estimates(c, recorded, x => x < 0, (x, y) => y / x),
            "LeakyReLU"
        );
        yield return ModuleMistake.Option(
            "alpha",
            "alpha is {0}.",
            "Give alpha explicitly, with the original's value.",
            "alpha",
            (c, recorded) => Estimates(c, recorded, x => x < -0.5, (x, y) => y / x.expm1()).Where(a => a != c.Options.Number("alpha", 1)),
            "ELU",
            "CELU"
        );
        yield return ModuleMistake.Option(
            "beta",
            "beta is {0}.",
            "Give beta explicitly, with the original's value.",
            "beta",
            (c, _) => s_betas.Where(b => b != c.Options.Number("beta", 1)),
            "Softplus"
        );
        yield return ModuleMistake.Option(
            "lambda",
            "lambd is {0}.",
            "Give lambd explicitly, with the original's value.",
            "lambd",
            (c, _) => s_lambdas.Where(b => b != c.Options.Number("lambd", 0.5)),
            "Softshrink",
            "Hardshrink"
        );
        yield return new(new("dimension", "The function goes over dimension {0}.", "Give dim explicitly: the dimension that sums to 1."), (c, _) =>
            s_softmaxes.Contains(c.Type)
                ? Enumerable.Range(0, (int)c.Inputs[0].dim()).Where(d => d != OwnDimension(c)).Select(d => (c.With("dim", (double)d), $"{d}"))
                : []
        );
        yield return ModuleMistake.Option(
            "momentum",
            "momentum is {0}, so that the running statistics keep another part of their old values.",
            "PyTorch's momentum is the new value's part: 0.1 is 0.9 where momentum is the old one's part (Keras).",
            "momentum",
            (c, _) => s_momenta.Prepend(1 - c.Options.Number("momentum", 0.1)).Where(m => m != c.Options.Number("momentum", 0.1)),
            "BatchNorm1d",
            "BatchNorm2d",
            "BatchNorm3d"
        );
        yield return ModuleMistake.One(
            "biased-running-variance",
            "The running variance is updated with the biased variance of the batch.",
            "PyTorch normalizes with the biased variance, but keeps the unbiased one (n − 1).",
            c => IsBatchNorm(c) ? c.With("~biased running variance", true) : null
        );
        yield return ModuleMistake.One(
            "statistics-not-updated",
            "The running statistics are what they were before the call.",
            "Call train() before the training loop; keep track_running_stats.",
            c => IsBatchNorm(c) && c.Training ? c.With("momentum", 0.0) : null
        );
    }
}
