using Micrograd.Parity.Diff.Recordings;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>Losses of outputs and targets, as PyTorch's kernels compose them.</summary>
internal static class LossModules
{
    private const double Single = 1 / 16777216.0;
    private const double LeastLogarithm = -100;
    private const double LeastDivisor = 1e-12;

    /// <summary>Their kinds.</summary>
    internal static IReadOnlyDictionary<string, Func<Computation, Bounded?>> Kinds { get; } =
        new Dictionary<string, Func<Computation, Bounded?>>
        {
            ["MSELoss"] = c => Each(c, (x, t) => (x - t) * (x - t)),
            ["L1Loss"] = c => Each(c, (x, t) => (x - t).Abs()),
            ["SmoothL1Loss"] = c => Each(c, (x, t) => SmoothL1(x - t, c.Options.Number("beta", 1))),
            ["HuberLoss"] = c => Each(c, (x, t) => Huber(x - t, c.Options.Number("delta", 1))),
            ["BCELoss"] = c => Each(c, BinaryCrossEntropy, c.Buffer("weight")),
            ["BCEWithLogitsLoss"] = c => Each(c, (x, t) => WithLogits(x, t, c.Buffer("pos_weight")), c.Buffer("weight")),
            ["KLDivLoss"] = c => Each(c, (x, t) => Divergence(x, t, c.Options.Flag("log_target", false))),
            ["HingeEmbeddingLoss"] = c => Each(c, (x, t) => Hinge(x, t, c.Options.Number("margin", 1))),
            ["SoftMarginLoss"] = c => Each(c, (x, t) => (-(x * t)).Exp().Log1p()),
            ["PoissonNLLLoss"] = c => Each(c, (x, t) => Poisson(c, x, t)),
            ["GaussianNLLLoss"] = c => Each(c, (x, t) => Gaussian(c, x, t)),
            ["NLLLoss"] = c => c.Inputs.Count < 2 ? null : NegativeLogLikelihood(c, x => x),
            ["CrossEntropyLoss"] = CrossEntropy,
        };

    /// <summary>A loss of each number, reduced.</summary>
    private static Bounded? Each(Computation c, Func<Bounded, Bounded, Bounded> loss, Bounded? weight = null)
    {
        if (c.Inputs.Count < 2 || !c.X.Value.shape.SequenceEqual(c.Inputs[1].Value.shape))
            return null;
        // In narrow dtypes losses are composed of kernels, or stored between them.
        var each = loss(c.X.In(c.Rounding.Composed), c.Inputs[1].In(c.Rounding.Composed));
        each = weight is null ? each : each * weight;
        return Reduced(c, each, each.Value.numel());
    }

    private static Bounded? Reduced(Computation c, Bounded each, double divisor) =>
        c.Options.Text("reduction", "mean") switch
        {
            "none" => each,
            "sum" => each.SumOfAll(),
            "batchmean" => each.SumOfAll() / each.Value.shape[0],
            "mean" => each.Map(x => x.sum() / divisor, each.Value.numel() + 2, 2),
            _ => null,
        };

    private static Bounded SmoothL1(Bounded difference, double beta)
    {
        var size = difference.Abs();
        if (beta == 0)
            return size;
        var near = size.Value < beta;
        return Bounded.Where(near, size * size * 0.5 / beta, size - 0.5 * beta).Loosened(difference.Error ?? zeros_like(size.Value));
    }

    private static Bounded Huber(Bounded difference, double delta)
    {
        var size = difference.Abs();
        var near = size.Value <= delta;
        return Bounded.Where(near, size * size * 0.5, (size - 0.5 * delta) * delta).Loosened((difference.Error ?? zeros_like(size.Value)) * delta);
    }

    private static Bounded BinaryCrossEntropy(Bounded x, Bounded t)
    {
        var (p, rest) = (x.Detached, 1 - x.Detached);
        var value = -(
            t * p.Log().Clamp(LeastLogarithm, double.PositiveInfinity) + (1 - t) * rest.Log().Clamp(LeastLogarithm, double.PositiveInfinity)
        );
        var divisor = (p * rest).Clamp(LeastDivisor, double.PositiveInfinity);
        // PyTorch's least divisor is a float (Loss.cpp, EPSILON).
        var lost = (p.Value * rest.Value <= LeastDivisor * 2).to(ScalarType.Float64) * (LeastDivisor * Single);
        return x.Function(value, (p - t) / divisor.Loosened(lost));
    }

    private static Bounded WithLogits(Bounded x, Bounded t, Bounded? positive)
    {
        var factor = positive is null ? null : (positive - 1) * t + 1;
        var logarithm = ActivationModules.LogSigmoid(x).Stored();
        var weighted = factor is null ? logarithm : logarithm * factor;
        var value = (1 - t) * x - weighted;
        // Releases differ in how they keep the exponential from overflowing, and in what they take the gradient of.
        var unit = Rounding.Gamma(4, x.Rounding.Stored);
        var slope = Bounded.Slope(x, y =>
            (1 - t.Detached) * y - (factor is null ? ActivationModules.LogSigmoid(y) : ActivationModules.LogSigmoid(y) * factor.Detached)
        );
        var large = t.Magnitude + (factor is null ? 1 : factor.Magnitude);
        return x.Function(value.Detached.Loosened((x.Magnitude * (t.Magnitude + 1) + weighted.Magnitude) * unit), slope.Loosened((large + 1) * unit));
    }

    private static Bounded Divergence(Bounded x, Bounded t, bool isLogarithm)
    {
        if (isLogarithm)
            return t.Exp().Stored() * (t - x).Stored();
        var entropy = t.Masked(t.Value > 0) * Bounded.Where(t.Value > 0, t, Bounded.Of(1, t.Rounding)).Log();
        return entropy.Stored() - (t * x).Stored();
    }

    private static Bounded Hinge(Bounded x, Bounded t, double margin) =>
        Bounded.Where(t.Value == 1, Bounded.Of(0, x.Rounding), (margin - x).Relu()) + Bounded.Where(t.Value == -1, Bounded.Of(0, x.Rounding), x);

    private static Bounded Poisson(Computation c, Bounded x, Bounded t)
    {
        var epsilon = c.Options.Number("eps", 1e-8);
        var loss = c.Options.Flag("log_input", true) ? x.Exp().Stored() - (t * x).Stored() : x - (t * (x + epsilon).Stored().Log().Stored()).Stored();
        if (!c.Options.Flag("full", false))
            return loss;
        var above = t.Value > 1;
        var safe = Bounded.Where(above, t, Bounded.Of(1, t.Rounding));
        var stirling = safe * safe.Log().Stored() - safe + (safe * (2 * Math.PI)).Log() * 0.5;
        return loss + stirling.Masked(above);
    }

    private static Bounded Gaussian(Computation c, Bounded x, Bounded t)
    {
        var variance = c.Inputs.Count > 2 ? c.Inputs[2] : Bounded.Of(1, c.Rounding);
        var epsilon = c.Options.Number("eps", 1e-6);
        // The variance is clamped out of the gradient's sight.
        var clamped = variance.Function(variance.Detached.Clamp(epsilon, double.PositiveInfinity), Bounded.Of(1, c.Rounding));
        var difference = (x - t).Stored();
        var loss = (clamped.Log().Stored() + (difference * difference).Stored() / clamped) * 0.5;
        return c.Options.Flag("full", false) ? loss + 0.5 * Math.Log(2 * Math.PI) : loss;
    }

    private static Bounded? CrossEntropy(Computation c)
    {
        if (c.Inputs.Count < 2)
            return null;
        var dim = c.X.Value.dim() == 1 ? 0 : 1;
        var classes = c.X.Value.shape[dim];
        var smoothing = c.Options.Number("label_smoothing", 0);
        Bounded? all = null;
        Bounded Logarithms(Bounded x) => x == c.X ? all ??= Logarithm(x) : Logarithm(x);
        Bounded Logarithm(Bounded x) =>
            c.Options.Flag("~softmax twice", false) ? x.Softmax(dim).LogSoftmax(dim) : x.LogSoftmax(dim).In(c.Rounding.Composed);
        var targets = c.Inputs[1];
        if (!c.Call.Inputs[1].is_floating_point())
        {
            var likelihood = NegativeLogLikelihood(c, Logarithms);
            if (smoothing == 0 || likelihood is null)
                return likelihood;
            var (kept, weights) = Kept(c, classes);
            var sums = BySamples(c.X, (x, _) => Weighted(c, Logarithms(x), dim).Sum(dim).Map(t => t.squeeze(dim)));
            var smooth = -sums.Masked(kept);
            var reduced = c.Options.Text("reduction", "mean") == "mean" ? Divided(c, smooth.SumOfAll(), weights, kept) : Reduced(c, smooth, 1);
            return reduced is null ? null : likelihood * (1 - smoothing) + reduced * (smoothing / classes);
        }

        if (!targets.Value.shape.SequenceEqual(c.X.Value.shape))
            return null;
        var smoothed = smoothing == 0 ? targets : targets * (1 - smoothing) + smoothing / classes;
        var each = -Weighted(c, (Logarithms(c.X) * smoothed).Stored(), dim).Sum(dim).Map(x => x.squeeze(dim));
        return Reduced(c, each, (double)c.X.Value.numel() / classes);
    }

    /// <summary>A number for each sample, of some samples at a time where there are many and no gradient is wanted.</summary>
    private static Bounded BySamples(Bounded x, Func<Bounded, (long Start, long Count), Bounded> compute)
    {
        var samples = x.Value.dim() < 2 ? 1 : x.Value.shape[0];
        var most = Math.Max(1, Pieces.Size * samples / Math.Max(1, x.Value.numel()));
        if (x.HasGradient || most >= samples)
            return compute(x, (0, samples));
        return Bounded.Concatenated(
            [
                .. Pieces
                    .Of(samples, most)
                    .Select(part =>
                    {
                        using var scope = NewDisposeScope();
                        return compute(x.Slice(0, part.Start, part.Count), part).Kept();
                    }),
            ],
            0
        );
    }

    private static Bounded Weighted(Computation c, Bounded x, long dim) =>
        c.Buffer("weight") is { } weight ? x * weight.Reshape([.. Enumerable.Range(0, (int)x.Value.dim()).Select(i => i == dim ? -1L : 1)]) : x;

    /// <summary>The negative logarithms of the targets' probabilities, reduced.</summary>
    private static Bounded? NegativeLogLikelihood(Computation c, Func<Bounded, Bounded> logarithms)
    {
        var dim = c.X.Value.dim() == 1 ? 0 : 1;
        var classes = c.X.Value.shape[dim];
        var targets = c.Call.Inputs[1].to(ScalarType.Int64);
        long[] expected = [.. c.X.Value.shape.Where((_, i) => i != dim)];
        if (!targets.shape.SequenceEqual(expected))
            return null;
        var (kept, weights) = Kept(c, classes);
        var index = targets.masked_fill(kept.logical_not(), 0);
        if (index.numel() == 0 || index.min().ToInt64() < 0 || index.max().ToInt64() >= classes)
            return null;
        var chosen = BySamples(c.X, (x, part) =>
            -logarithms(x)
                .In(c.Rounding.Composed.Accumulated)
                .Map(t => t.gather(dim, (index.dim() == 0 ? index : index.narrow(0, part.Start, part.Count)).unsqueeze(dim)).squeeze(dim))
        );
        var each = (c.Buffer("weight") is null ? chosen : chosen * weights).Masked(kept);
        return c.Options.Text("reduction", "mean") == "mean" ? Divided(c, each.SumOfAll(), weights, kept) : Reduced(c, each, 1);
    }

    /// <summary>The weighted mean: the sum divided by the weights', or by what the mistakes divide by.</summary>
    private static Bounded Divided(Computation c, Bounded sum, Bounded weights, Tensor kept) =>
        c.Options.Text("~divisor", "weights") switch
        {
            "all" => sum / kept.numel(),
            "kept" => sum / kept.sum().ToDouble(),
            _ => sum / weights.SumOfAll(),
        };

    /// <summary>Targets that are not to be ignored, and the weight of each; 0 of those that are.</summary>
    private static (Tensor Kept, Bounded Weights) Kept(Computation c, long classes)
    {
        var targets = c.Call.Inputs[1].to(ScalarType.Int64);
        var kept = targets != c.Options.Whole("ignore_index", -100);
        var index = targets.masked_fill(kept.logical_not(), 0).clamp(0, classes - 1);
        var weights = c.Buffer("weight") is { } weight
            ? weight.Map(w => w.index_select(0, index.flatten()).reshape(index.shape))
            : Bounded.Of(ones(index.shape, ScalarType.Float64), c.Rounding);
        weights = weights.In(c.Rounding.Composed.Accumulated);
        return (kept, weights.Masked(kept));
    }
}
