using Micrograd.Parity.Diff.Recomputing;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Causes;

/// <content>Options of functions.</content>
internal static partial class ModuleMistakes
{
    private static IEnumerable<ModuleMistake> Options()
    {
        yield return new(
            "gelu-approximation",
            "GELU is computed with approximate=\"{0}\".",
            "Give approximate explicitly, with the original's value; PyTorch has none and tanh, and x · σ(1.702 x) is neither.",
            (c, _) =>
                c.Type != "GELU"
                    ? []
                    : s_approximations.Where(a => a != c.Options.Text("approximate", "none")).Select(a => (c.With("approximate", a), a))
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
        yield return new("dimension", "The function goes over dimension {0}.", "Give dim explicitly: the dimension that sums to 1.", (c, _) =>
            s_softmaxes.Contains(c.Type)
                ? Enumerable.Range(0, (int)c.Inputs[0].dim()).Where(d => d != OwnDimension(c)).Select(d => (c.With("dim", (double)d), $"{d}"))
                : []
        );
    }
}
