using Micrograd.Parity.Numerics;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <content>
/// Elementary functions. Their errors are those that the libraries behind PyTorch's kernels state (<see cref="LibraryErrors"/>), and at least 2
/// ulps, which CUDA's mathematics allow its own.
/// </content>
internal sealed partial class Bounded
{
    /// <summary>Vectorised softmax takes an exponential of 20 ulps (ATen/cpu/vec, exp_u20).</summary>
    private const double FastExp = 20;

    /// <summary>eᵃ.</summary>
    internal Bounded Exp() => Exp(Ulps(Primitive.Exp));

    /// <summary>log a.</summary>
    internal Bounded Log() => Monotone(x => x.log(), Ulps(Primitive.Log), (x, _) => One / x);

    /// <summary>log(1 + a).</summary>
    internal Bounded Log1p() => Monotone(x => x.log1p(), Ulps(Primitive.Log1p), (x, _) => One / (x + 1));

    /// <summary>eᵃ − 1, by its own function or as a difference.</summary>
    internal Bounded Expm1()
    {
        var exponential = Exp();
        return exponential.MinusOne(Monotone(x => x.expm1(), Ulps(Primitive.Expm1), (x, _) => x.Exp()));
    }

    /// <summary>√a.</summary>
    internal Bounded Sqrt() => Monotone(x => x.clamp_min(0).sqrt(), Ulps(Primitive.Sqrt), (_, y) => Of(0.5, Rounding) / y);

    /// <summary>tanh a.</summary>
    /// <param name="isSaved">True where the gradient is computed from the stored result.</param>
    internal Bounded Tanh(bool isSaved = false) =>
        Monotone(x => x.tanh(), Ulps(Primitive.Tanh), (_, y) => isSaved ? One - y.Stored() * y.Stored() : One - y * y);

    /// <summary>The error function.</summary>
    internal Bounded Erf() =>
        Monotone(
            x => x.erf(),
            Ulps(Primitive.Erf),
            (x, _) => (-(x * x)).Exp() * (2 / Math.Sqrt(Math.PI)),
            Rounding.Inner > 1e-10 ? LibraryErrors.Absolute(Primitive.ErfOfGelu, FloatFormat.Binary32) : 0
        );

    /// <summary>1 / (1 + e⁻ᵃ).</summary>
    /// <param name="isSaved">True where the gradient is computed from the stored result.</param>
    internal Bounded Sigmoid(bool isSaved = false)
    {
        // The exponential, the sum and the quotient.
        var ulps = Ulps(Primitive.Exp) + 2;
        return Monotone(x => x.sigmoid(), ulps, (_, y) => isSaved ? y.Stored() * (One - y.Stored()) : y * (One - y));
    }

    /// <summary>log(1 + e^(βa)) / β; a itself beyond a threshold.</summary>
    internal Bounded Softplus(double beta = 1, double threshold = 20)
    {
        var scaled = this * beta;
        var linear = scaled.Value > threshold;
        return Where(linear, this, scaled.Masked(linear.logical_not()).Exp().Log1p() / beta);
    }

    /// <summary>A power with an exponent that is a number; of numbers that are not negative.</summary>
    internal Bounded Power(double exponent) =>
        exponent switch
        {
            1 => this,
            2 => this * this,
            _ => Monotone(
                x => x.clamp_min(0).pow(exponent),
                Math.Max(Ulps(Primitive.Pow), 4),
                (x, _) => new Bounded(x.Value, x.Error, Rounding, false).Power(exponent - 1) * exponent
            ),
        };

    /// <summary>Softmax over a dimension.</summary>
    internal Bounded Softmax(long dim)
    {
        var detached = Detached;
        var exponentials = detached.Shifted(dim).Exp(FastExp);
        // Kernels divide, or multiply by the reciprocal; those that go through a row once rescale what they have.
        var y = (exponentials / exponentials.Sum(dim)).MaybeRounded(3).Stored();
        return Node(y.Value, y.Error, [this], g => [(y * (g - (y * g).Sum(dim))).MaybeRounded(1)]);
    }

    /// <summary>The logarithm of softmax over a dimension.</summary>
    internal Bounded LogSoftmax(long dim)
    {
        var detached = Detached;
        var shifted = detached.Shifted(dim);
        var logarithm = shifted.Exp(FastExp).Sum(dim).Stored().Log().Stored();
        // Kernels subtract the largest number and the logarithm, one after the other or their sum.
        var largest = detached.Value.amax([dim], keepdim: true).abs();
        var y = (shifted - logarithm).Loosened((largest + logarithm.Magnitude + shifted.Magnitude) * Rounding.Gamma(2, Rounding.Inner)).Stored();
        return Node(y.Value, y.Error, [this], g => [(g - y.Exp(FastExp) * g.Sum(dim)).MaybeRounded(1)]);
    }

    /// <summary>
    /// (a − mean) / √(variance + ε) over dimensions. Kernels take the variance in one pass or two, and shift and scale in one step or two; what
    /// any of them may lose counts.
    /// </summary>
    /// <param name="dims">The dimensions.</param>
    /// <param name="form">ε and what the mistakes change.</param>
    internal Bounded Normalized(long[] dims, Normalization form)
    {
        var x = Detached;
        var count = dims.Aggregate(1.0, (n, d) => n * Value.shape[d < 0 ? d + Value.dim() : d]);
        var mean = x.Mean(dims).Stored();
        var centred = x - mean;
        var variance = form.IsCentred ? x.Variance(dims, centred, form.IsUnbiased ? count - 1 : count) : (x * x).Mean(dims);
        var scale = form.Scale(variance).Stored();
        var spread = x.Magnitude + mean.Magnitude;
        var y = (centred * scale).Loosened(spread * scale.Magnitude * Rounding.Gamma(4, Rounding.Inner));
        return Node(y.Value, y.Error, [this], g =>
        {
            var direct = form.Detached switch
            {
                "mean" => scale * (g - y * (g * y).Mean(dims)),
                "variance" => scale * (g - g.Mean(dims)),
                "mean and variance" => scale * g,
                _ => scale * (g - g.Mean(dims) - y * (g * y).Mean(dims)),
            };
            // Formulas with the numbers themselves in place of their distances from the mean.
            var wide = spread * scale.Magnitude;
            var lost =
                scale.Magnitude * (g.Magnitude + g.Magnitude.mean(dims, keepdim: true) + wide * (g.Magnitude * wide).mean(dims, keepdim: true));
            return [direct.Loosened(lost * (Rounding.Gamma(count, Rounding.Sums) + Rounding.Gamma(6, Rounding.Inner)))];
        });
    }

    /// <summary>The variance, from distances to the mean or from squares.</summary>
    internal Bounded Variance(long[] dims, Bounded centred, double divisor)
    {
        var count = dims.Aggregate(1.0, (n, d) => n * Value.shape[d < 0 ? d + Value.dim() : d]);
        var variance = (centred * centred).Sum(dims) / divisor;
        return variance.Loosened(Magnitude.square().sum(dims, keepdim: true) / divisor * Rounding.Gamma(count + 4, Rounding.Sums));
    }

    private Bounded One => Of(1, Rounding);

    private Bounded Exp(double ulps) => Monotone(x => x.exp(), ulps, (_, y) => y);

    private Bounded Shifted(long dim) => this - new Bounded(Value.amax([dim], keepdim: true), null, Rounding, false);

    private Bounded MinusOne(Bounded direct)
    {
        var error = (Error ?? zeros_like(Value)) + direct.Magnitude * Rounding.Gamma(1, Rounding.Inner);
        return direct.Loosened(error);
    }

    private double Ulps(Primitive f) =>
        Math.Max(2, LibraryErrors.Ulps(f, Rounding.Type == ScalarType.Float64 ? FloatFormat.Binary64 : FloatFormat.Binary32));

    /// <summary>A monotone function of each number.</summary>
    /// <param name="f">The function.</param>
    /// <param name="ulps">The error of its implementations.</param>
    /// <param name="slope">Its slope, from the number and the function's.</param>
    /// <param name="absolute">An absolute error of its implementations.</param>
    private Bounded Monotone(Func<Tensor, Tensor> f, double ulps, Func<Bounded, Bounded, Bounded> slope, double absolute = 0)
    {
        var value = f(Value);
        var propagated = Error is null ? null : maximum((f(Value + Error) - value).abs(), (value - f(Value - Error)).abs());
        if (absolute > 0)
            propagated = propagated is null ? full_like(value, absolute) : propagated + absolute;
        var (x, y) = (Detached, new Bounded(value, Rounded(value, propagated, 2 * ulps), Rounding, false));
        return Node(value, y.Error, [this], g => [g * slope(x, y)]);
    }
}

/// <summary>Form of a normalization's divisor.</summary>
/// <param name="Epsilon">ε.</param>
/// <param name="Place">Where it stands: within the root, beside it, or nowhere.</param>
/// <param name="IsUnbiased">True where the variance's sum is divided by one less than the count.</param>
internal sealed record Normalization(double Epsilon, string Place = "inside", bool IsUnbiased = false)
{
    /// <summary>False where the mean of squares is taken for the variance.</summary>
    internal bool IsCentred { get; init; } = true;

    /// <summary>The statistics that gradients do not pass through: none, or mean, variance, or both.</summary>
    internal string Detached { get; init; } = "";

    /// <summary>The factor that the distances from the mean are multiplied by.</summary>
    internal Bounded Scale(Bounded variance) =>
        Place switch
        {
            "outside" => Bounded.Of(1, variance.Rounding) / (variance.Sqrt() + Epsilon),
            "none" => Bounded.Of(1, variance.Rounding) / variance.Sqrt(),
            "no root" => Bounded.Of(1, variance.Rounding) / (variance + Epsilon),
            _ => (Bounded.Of(1, variance.Rounding) / (variance + Epsilon).Sqrt()).MaybeRounded(2),
        };
}
