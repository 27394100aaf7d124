using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>Activations, as PyTorch's kernels compose them.</summary>
internal static class ActivationModules
{
    private const double Single = 2 / 16777216.0;
    private const double SeluAlpha = 1.6732632423543772848170429916717;
    private const double SeluScale = 1.0507009873554804934193349852946;

    /// <summary>Their kinds.</summary>
    internal static IReadOnlyDictionary<string, Func<Computation, Bounded?>> Kinds { get; } =
        new Dictionary<string, Func<Computation, Bounded?>>
        {
            ["ReLU"] = c => c.X.Relu(),
            ["ReLU6"] = c => c.X.Clamp(0, 6),
            ["LeakyReLU"] = c => Leaky(c.X, c.Options.Number("negative_slope", 0.01)),
            ["RReLU"] = c => c.Call.Training ? null : Leaky(c.X, (c.Options.Number("lower", 1.0 / 8) + c.Options.Number("upper", 1.0 / 3)) / 2),
            ["PReLU"] = Prelu,
            ["ELU"] = c => Elu(c.X, c.Options.Number("alpha", 1)),
            ["CELU"] = c => Celu(c.X, c.Options.Number("alpha", 1)),
            ["SELU"] = c => Elu(c.X, SeluAlpha) * SeluScale,
            ["GELU"] = c =>
                c.Options.Text("approximate", "none") switch
                {
                    "tanh" => GeluTanh(c.X),
                    "sigmoid" => c.X * (c.X * 1.702).Sigmoid(),
                    _ => Gelu(c.X),
                },
            ["SiLU"] = c => c.X * c.X.Sigmoid(),
            ["Mish"] = c => c.X * c.X.Softplus().Stored().Tanh().Stored(),
            ["Sigmoid"] = c => c.X.Sigmoid(isSaved: true),
            ["Tanh"] = c => c.X.Tanh(isSaved: true),
            ["Tanhshrink"] = c => c.X - c.X.Tanh(isSaved: true).Stored(),
            ["Softplus"] = c => c.X.Softplus(c.Options.Number("beta", 1), c.Options.Number("threshold", 20)),
            ["Softsign"] = c => c.X / (c.X.Abs() + 1).Stored(),
            ["Softshrink"] = Softshrink,
            ["Hardshrink"] = c => Shrunk(c, c.X),
            ["Hardtanh"] = c => c.X.Clamp(c.Options.Number("min_val", -1), c.Options.Number("max_val", 1)),
            ["Hardsigmoid"] = c => Hardsigmoid(c.X),
            ["Hardswish"] = c => c.X * (c.X + 3).Clamp(0, 6) / 6,
            ["Threshold"] = Threshold,
            ["LogSigmoid"] = c => LogSigmoid(c.X),
            ["GLU"] = Glu,
            ["Softmax"] = c => c.X.Softmax(Dim(c)),
            ["Softmin"] = c => (-c.X).Softmax(Dim(c)),
            ["Softmax2d"] = c => c.X.Softmax(-3),
            ["LogSoftmax"] = c => c.X.LogSoftmax(Dim(c)),
        };

    /// <summary>log(1 / (1 + e⁻ˣ)).</summary>
    internal static Bounded LogSigmoid(Bounded x)
    {
        var below = x.Value < 0;
        var (negative, positive) = (x.Masked(below), x.Masked(below.logical_not()));
        return Bounded.Where(below, negative - negative.Exp().Log1p(), -(-positive).Exp().Log1p());
    }

    private static Bounded Leaky(Bounded x, double slope) => Bounded.Where(x.Value > 0, x, x * slope);

    private static Bounded? Prelu(Computation c)
    {
        if (c.Parameter("weight") is not { } weight)
            return null;
        var slope = c.X.Value.dim() > 2 ? weight.Reshape([-1, .. Enumerable.Repeat(1L, (int)c.X.Value.dim() - 2)]) : weight;
        return Bounded.Where(c.X.Value > 0, c.X, c.X * slope);
    }

    private static Bounded Elu(Bounded x, double alpha)
    {
        var below = x.Value <= 0;
        return Bounded.Where(below, x.Masked(below).Expm1() * alpha, x);
    }

    private static Bounded Celu(Bounded x, double alpha)
    {
        var below = x.Value <= 0;
        var scaled = x.Detached.Masked(below) / alpha;
        var slope = scaled.Exp();
        // PyTorch takes 1 / α as a float for the gradient (derivatives.yaml, celu).
        var lost = slope.Magnitude * (scaled.Magnitude + 1) * Single;
        var one = Bounded.Of(1, x.Rounding);
        return x.Function(Bounded.Where(below, scaled.Expm1() * alpha, x.Detached), Bounded.Where(below, slope.Loosened(lost), one));
    }

    private static Bounded Hardsigmoid(Bounded x)
    {
        var shifted = x.Detached + 3;
        // PyTorch's 1 / 6 is a float for the gradient (Activation.cpp, hardsigmoid_backward).
        var sixth = Bounded.Of(1.0 / 6, x.Rounding).Loosened(tensor(Single / 6, ScalarType.Float64));
        var inside = (x.Value > -3).logical_and(x.Value < 3);
        return x.Function(shifted.Clamp(0, 6) / 6, sixth.Gated(inside, zeros_like(inside)));
    }

    private static Bounded Gelu(Bounded x) => x * ((x * Math.Sqrt(0.5)).Erf() + 1) * 0.5;

    private static Bounded GeluTanh(Bounded x) => x * (((x + x * x * x * 0.044715) * Math.Sqrt(2 / Math.PI)).Tanh() + 1) * 0.5;

    private static Bounded Softshrink(Computation c)
    {
        var lambda = Bounded.Of(c.Options.Number("lambd", 0.5), c.Rounding);
        return Shrunk(c, Bounded.Where(c.X.Value > 0, c.X - lambda, c.X + lambda));
    }

    /// <summary>0 for what is within ±λ, as a float or in the dtype.</summary>
    private static Bounded Shrunk(Computation c, Bounded x)
    {
        var (lambda, narrow) = (c.Rounded("lambd", 0.5), Bounded.Of(tensor(c.Options.Number("lambd", 0.5)).to(c.Rounding.Type), c.Rounding).Value);
        var outside = c.X.Value.abs() > lambda;
        return x.Gated(outside, outside != (c.X.Value.abs() > narrow));
    }

    private static Bounded Threshold(Computation c) =>
        Bounded.Where(c.X.Value > c.Rounded("threshold", 0), c.X, Bounded.Of(c.Options.Number("value", 0), c.Rounding));

    private static Bounded Glu(Computation c)
    {
        var dim = c.Options.Whole("dim", -1);
        dim = dim < 0 ? dim + c.X.Value.dim() : dim;
        var half = c.X.Value.shape[dim] / 2;
        return c.X.Slice(dim, 0, half) * c.X.Slice(dim, half, half).Sigmoid(isSaved: true);
    }

    private static long Dim(Computation c) =>
        c.Options.Has("dim") ? c.Options.Whole("dim", 0)
        : c.X.Value.dim() is 0 or 1 or 3 ? 0
        : 1;
}
