using Micrograd.Parity.Diff.Recomputing;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Causes;

/// <content>Normalizations.</content>
internal static partial class ModuleMistakes
{
    /// <summary>Mistakes of which the module's result shows nothing: what its backward pass gives is wrong.</summary>
    internal static IReadOnlyList<ModuleMistake> OfBackward { get; } =
    [
        new(
            "statistics-detached",
            "Gradients do not pass through {0}: it is taken for a constant.",
            "Compute the statistics with gradients: without detach(), no_grad() or .item().",
            (c, _) => s_norms.Contains(c.Type) ? s_statistics.Select(which => (c.With("~detached", which), $"the {which}")) : []
        ),
    ];

    private static IEnumerable<ModuleMistake> Norms()
    {
        yield return ModuleMistake.Option(
            "epsilon",
            "The module's eps is {0}.",
            "Give eps explicitly, with the original's value.",
            "eps",
            (c, recorded) => s_epsilons.Where(e => e != c.Options.Number("eps", 1e-5)).Concat(Epsilons(c, recorded, "inside")),
            s_norms
        );
        yield return new(
            "epsilon-outside-root",
            "eps, {0}, is added to the standard deviation, outside of the root.",
            "Add eps to the variance, and take the root then.",
            (c, recorded) =>
                s_norms.Contains(c.Type)
                    ? new[] { c.Options.Number("eps", 1e-5), 1e-3, 1e-6, 1e-8, 1e-12 }
                        .Concat(Epsilons(c, recorded, "outside"))
                        .Select(eps => (c.With("eps", eps).With("~eps place", "outside"), Fit.Shown(eps)))
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
            c => c.Type == "LayerNorm" ? c.As("RMSNorm").With("eps", c.Options.Number("eps", 1e-5)) : null
        );
        yield return ModuleMistake.One(
            "mean-subtracted",
            "The module subtracts the mean: it is LayerNorm.",
            "RMSNorm divides by the root of the mean square alone.",
            c => c.Type == "RMSNorm" ? c.As("LayerNorm") : null
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
        yield return ModuleMistake.One(
            "running-deviation",
            "The running variance is updated with the standard deviation of the batch.",
            "Keep the variance, n − 1 its divisor.",
            c => IsBatchNorm(c) ? c.With("~running deviation", true) : null
        );
        yield return ModuleMistake.One(
            "variance-not-centred",
            "The mean of squares stands for the variance.",
            "Take the mean of squared distances from the mean.",
            c => s_norms.Contains(c.Type) && c.Type != "RMSNorm" ? c.With("~not centred", true) : null
        );
        yield return new(
            "normalized-over-other-dimensions",
            "Mean and variance are taken over dimensions {0}.",
            "Take them over the dimensions of the original.",
            (c, _) =>
                IsBatchNorm(c) || c.Type == "LayerNorm"
                    ? Dimensions((int)c.Inputs[0].dim()).Select(dims => (c.With("~dims", dims), $"({string.Join(", ", dims)})"))
                    : []
        );
    }

    /// <summary>Each choice of dimensions.</summary>
    private static IEnumerable<double[]> Dimensions(int rank) =>
        rank > 5
            ? []
            : Enumerable
                .Range(1, (1 << rank) - 1)
                .Select(set => Enumerable.Range(0, rank).Where(i => (set >> i & 1) != 0).Select(i => (double)i).ToArray());

    /// <summary>The ε that makes a normalization's result as large as the recorded one, in a place.</summary>
    private static IEnumerable<double> Epsilons(ModuleCall call, Tensor recorded, string place)
    {
        const double Precision = 1e-4;
        // With an endless ε nothing but the bias is left.
        var right = KnownModules.Forward(call.With("eps", Math.ScaleB(1, 200)).With("~eps place", place));
        if (right is not [{ Exact: var bias }] || !bias.shape.SequenceEqual(recorded.shape) || !recorded.isfinite().all().ToBoolean())
            yield break;
        var (low, high, wanted) = (-40.0, 20.0, Size(recorded.to(ScalarType.Float64)));
        while (high - low > Precision)
        {
            using var scope = NewDisposeScope();
            var middle = (low + high) / 2;
            if (KnownModules.Forward(call.With("eps", Math.Pow(2, middle)).With("~eps place", place)) is not [var other])
                yield break;
            (low, high) = Size(other.Exact) > wanted ? (middle, high) : (low, middle);
        }

        yield return Fit.Shortest(Math.Pow(2, low), 10 * Precision * Math.Pow(2, low));

        double Size(Tensor numbers) => (numbers - bias).square().sum().ToDouble();
    }
}
