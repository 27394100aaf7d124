using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>Normalizations.</summary>
internal static class Norms
{
    /// <summary>Their kinds.</summary>
    internal static IReadOnlyDictionary<string, Func<Computation, Bounded?>> Kinds { get; } =
        new Dictionary<string, Func<Computation, Bounded?>>
        {
            ["LayerNorm"] = LayerNorm,
            ["RMSNorm"] = RmsNorm,
            ["BatchNorm1d"] = BatchNorm,
            ["BatchNorm2d"] = BatchNorm,
            ["BatchNorm3d"] = BatchNorm,
            ["GroupNorm"] = GroupNorm,
            ["InstanceNorm1d"] = c => InstanceNorm(c, 1),
            ["InstanceNorm2d"] = c => InstanceNorm(c, 2),
            ["InstanceNorm3d"] = c => InstanceNorm(c, 3),
        };

    /// <summary>The buffers of a batch normalization after a call; none in evaluation mode.</summary>
    internal static IReadOnlyDictionary<string, Bounded> Buffers(Computation c)
    {
        if (!c.Call.Type.StartsWith("BatchNorm", StringComparison.Ordinal) || !c.Call.Training || c.Buffer("running_mean") is not { } mean)
            return new Dictionary<string, Bounded>();
        var calls = c.Buffer("num_batches_tracked") is { } tracked ? tracked.Value.ToDouble() + 1 : 1;
        var momentum = c.Options.Has("momentum") || !c.Options.Names.Contains("momentum") ? c.Options.Number("momentum", 0.1) : 1 / calls;
        var dims = BatchDims(c.X);
        var count = dims.Aggregate(1L, (n, d) => n * c.X.Value.shape[d]);
        var batchMean = c.X.Mean(dims).Stored();
        var divisor = c.Options.Flag("~biased running variance", false) ? count : count - 1;
        var batchVariance = c.X.Variance(dims, c.X - batchMean, divisor).Stored();
        if (c.Options.Flag("~running deviation", false))
            batchVariance = batchVariance.Sqrt();
        var variance = c.Buffer("running_var")!;
        return new Dictionary<string, Bounded>
        {
            ["running_mean"] = Averaged(mean, batchMean, momentum),
            ["running_var"] = Averaged(variance, batchVariance, momentum),
            ["num_batches_tracked"] = Bounded.Of(tensor(calls, ScalarType.Float64), c.Rounding),
        };
    }

    private static Bounded Averaged(Bounded running, Bounded batch, double momentum)
    {
        var flat = batch.Reshape(running.Value.shape);
        return (running * (1 - momentum) + flat * momentum)
            .MaybeRounded(1)
            .Loosened((running.Magnitude + flat.Magnitude) * Rounding.Gamma(2, running.Rounding.Stored));
    }

    private static Bounded LayerNorm(Computation c)
    {
        var depth = c.Options.Numbers("normalized_shape")?.Count ?? (int)(c.Parameter("weight")?.Value.dim() ?? 1);
        long[] dims = [.. Enumerable.Range(0, depth).Select(i => (long)(i - depth))];
        // In bfloat16 the gradients of weight and bias grow in buffers of that dtype (layer_norm_kernel.cpp).
        return Affine(Narrow(c).Normalized(Over(c, dims), Form(c)).In(c.Rounding.Composed.Accumulated), c.Parameter("weight"), c.Parameter("bias"));
    }

    private static Bounded RmsNorm(Computation c)
    {
        var depth = c.Options.Numbers("normalized_shape")?.Count ?? (int)(c.Parameter("weight")?.Value.dim() ?? 1);
        long[] dims = [.. Enumerable.Range(0, depth).Select(i => (long)(i - depth))];
        var epsilon = c.Rounding.Type switch
        {
            ScalarType.Float64 => double.BitIncrement(1) - 1,
            _ => MathF.BitIncrement(1) - 1,
        };
        var form = Form(c) with { Epsilon = c.Options.Number("eps", epsilon) };
        return Affine(c.X * form.Scale((c.X * c.X).Mean(dims)), c.Parameter("weight"), null);
    }

    private static Bounded? BatchNorm(Computation c)
    {
        var channel = Channels(c.X, 1);
        var (weight, bias) = (c.Parameter("weight")?.Reshape(channel), c.Parameter("bias")?.Reshape(channel));
        if (c.Call.Training || c.Buffer("running_mean") is not { } mean)
            return Affine(Narrow(c).Normalized(Over(c, BatchDims(c.X)), Form(c)), weight, bias);
        if (c.Buffer("running_var") is not { } variance)
            return null;
        var scale = Form(c).Scale(variance.Reshape(channel)).Stored();
        var centre = mean.Reshape(channel);
        var lost = (c.X.Magnitude + centre.Magnitude) * scale.Magnitude * Rounding.Gamma(4, c.Rounding.Stored);
        return Affine(((c.X - centre) * scale).Loosened(lost), weight, bias);
    }

    private static Bounded GroupNorm(Computation c)
    {
        var shape = c.X.Value.shape;
        var groups = c.Options.Whole("num_groups", 1);
        var normalized = Narrow(c).Reshape(shape[0], groups, -1).Normalized([-1], Form(c)).Reshape(shape);
        var channel = Channels(c.X, 1);
        return Affine(normalized, c.Parameter("weight")?.Reshape(channel), c.Parameter("bias")?.Reshape(channel));
    }

    private static Bounded? InstanceNorm(Computation c, int spatial)
    {
        if (c.Options.Flag("track_running_stats", false) || c.X.Value.dim() != spatial + 2)
            return null;
        long[] dims = [.. Enumerable.Range(0, spatial).Select(i => (long)(i - spatial))];
        return Affine(Narrow(c).Normalized(dims, Form(c)), Each("weight"), Each("bias"));

        // The weights are repeated for each sample, and have a gradient for each.
        Bounded? Each(string name) =>
            c.Parameter(name)
                ?.Map(w => w.unsqueeze(0).expand(c.X.Value.shape[0], -1), 0, c.X.Value.shape[0])
                .StoringGradient()
                .Reshape([c.X.Value.shape[0], -1, .. Enumerable.Repeat(1L, spatial)]);
    }

    private static Normalization Form(Computation c) =>
        new(c.Options.Number("eps", 1e-5), c.Options.Text("~eps place", "inside"), c.Options.Flag("~unbiased", false))
        {
            IsCentred = !c.Options.Flag("~not centred", false),
            Detached = c.Options.Text("~detached", ""),
        };

    private static long[] Over(Computation c, long[] dims) => c.Options.Numbers("~dims") is { } others ? [.. others.Select(d => (long)d)] : dims;

    /// <summary>The input, in the arithmetic of kernels that keep means and scales in the dtype.</summary>
    private static Bounded Narrow(Computation c) => c.X.In(c.Rounding.Composed);

    /// <summary>x · w + b. Kernels may make one factor and one summand of the normalization's and these.</summary>
    private static Bounded Affine(Bounded x, Bounded? weight, Bounded? bias)
    {
        var scaled = weight is null ? x : (x * weight).MaybeRounded(2);
        var shifted = bias is null ? scaled : scaled + bias;
        return bias is null ? shifted : shifted.Loosened((scaled.Magnitude + bias.Magnitude) * Rounding.Gamma(2, x.Rounding.Inner));
    }

    private static long[] BatchDims(Bounded x) => [.. Enumerable.Range(0, (int)x.Value.dim()).Where(i => i != 1).Select(i => (long)i)];

    private static long[] Channels(Bounded x, int channel) => [.. Enumerable.Range(0, (int)x.Value.dim()).Select(i => i == channel ? -1L : 1)];
}
