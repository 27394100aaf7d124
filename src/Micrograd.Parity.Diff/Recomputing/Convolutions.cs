using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>
/// Convolutions and pooling. The bounds are those of kernels that add up products, in any order; algorithms that transform their operands
/// first (Winograd's, Fourier's, as cuDNN and NNPACK choose them for some shapes) lose more.
/// </summary>
internal static class Convolutions
{
    /// <summary>Their kinds.</summary>
    internal static IReadOnlyDictionary<string, Func<Computation, Bounded?>> Kinds { get; } =
        new Dictionary<string, Func<Computation, Bounded?>>
        {
            ["Conv1d"] = c => Convolution(c, 1),
            ["Conv2d"] = c => Convolution(c, 2),
            ["Conv3d"] = c => Convolution(c, 3),
            ["ConvTranspose1d"] = c => Transposed(c, 1),
            ["ConvTranspose2d"] = c => Transposed(c, 2),
            ["MaxPool1d"] = c => MaxPool(c, 1),
            ["MaxPool2d"] = c => MaxPool(c, 2),
            ["MaxPool3d"] = c => MaxPool(c, 3),
            ["AvgPool1d"] = c => AvgPool(c, 1),
            ["AvgPool2d"] = c => AvgPool(c, 2),
            ["AvgPool3d"] = c => AvgPool(c, 3),
            ["AdaptiveAvgPool1d"] = c => AdaptiveAvgPool(c, 1),
            ["AdaptiveAvgPool2d"] = c => AdaptiveAvgPool(c, 2),
            ["AdaptiveAvgPool3d"] = c => AdaptiveAvgPool(c, 3),
        };

    private static Bounded? Convolution(Computation c, int spatial)
    {
        if (c.Parameter("weight") is not { } weight)
            return null;
        var (stride, dilation) = (c.Options.Wholes("stride", spatial, 1), c.Options.Wholes("dilation", spatial, 1));
        var groups = c.Options.Whole("groups", 1);
        long[] kernel = weight.Value.shape[2..];
        var x = Batched(c.X, spatial);
        var parts = Parts(x, kernel);
        var padding = new long[spatial];
        switch (c.Options.Text("padding", ""))
        {
            case "same":
                // What does not divide by two is padded at the end.
                var total = kernel.Select((k, i) => dilation[i] * (k - 1)).ToArray();
                x = Padded(x, [.. total.Select(t => (t / 2, t - t / 2))], c.Options.Text("padding_mode", "zeros"));
                break;
            case "valid":
                break;
            default:
                padding = c.Options.Wholes("padding", spatial, 0);
                if (c.Options.Text("padding_mode", "zeros") is var mode and not "zeros")
                {
                    x = Padded(x, [.. padding.Select(p => (p, p))], mode);
                    padding = new long[spatial];
                }

                break;
        }

        var result =
            spatial == 1
                ? Bounded
                    .Bilinear(
                        x.Map(t => t.unsqueeze(2)),
                        weight.Map(t => t.unsqueeze(2)),
                        (a, w) => F.conv2d(a, w, null, [1, stride[0]], [0, padding[0]], [1, dilation[0]], groups),
                        bias: c.Parameter("bias")?.Reshape(-1, 1, 1),
                        storedBackward: parts
                    )
                    .Map(t => t.squeeze(2))
                : Bounded.Bilinear(
                    x,
                    weight,
                    (a, w) =>
                        spatial == 2
                            ? F.conv2d(a, w, null, stride, padding, dilation, groups)
                            : F.conv3d(a, w, null, stride, padding, dilation, groups),
                    bias: c.Parameter("bias")?.Reshape([-1, .. Enumerable.Repeat(1L, spatial)]),
                    storedBackward: parts
                );
        return Unbatched(result, c.X, spatial);
    }

    private static Bounded? Transposed(Computation c, int spatial)
    {
        if (c.Parameter("weight") is not { } weight || c.Inputs.Count > 1)
            return null;
        long[] Two(long[] own, long other) => spatial == 1 ? [other, own[0]] : own;
        var (stride, dilation) = (Two(c.Options.Wholes("stride", spatial, 1), 1), Two(c.Options.Wholes("dilation", spatial, 1), 1));
        var (padding, more) = (Two(c.Options.Wholes("padding", spatial, 0), 0), Two(c.Options.Wholes("output_padding", spatial, 0), 0));
        var groups = c.Options.Whole("groups", 1);
        var x = Batched(c.X, spatial);
        var bias = c.Parameter("bias")?.Reshape(-1, 1, 1);
        var parts = Parts(x, weight.Value.shape[2..]);
        var result =
            spatial == 1
                ? Bounded
                    .Bilinear(x.Map(t => t.unsqueeze(2)), weight.Map(t => t.unsqueeze(2)), Map, bias: bias, stored: parts, storedBackward: parts)
                    .Map(t => t.squeeze(2))
                : Bounded.Bilinear(x, weight, Map, bias: bias, stored: parts, storedBackward: parts);
        return Unbatched(result, c.X, spatial);

        Tensor Map(Tensor a, Tensor w) => F.conv_transpose2d(a, w, null, stride, padding, more, dilation, groups);
    }

    private static Bounded? MaxPool(Computation c, int spatial)
    {
        if (c.Options.Flag("return_indices", false))
            return null;
        var kernel = c.Options.Wholes("kernel_size", spatial, 1);
        var stride = c.Options.Has("stride") ? c.Options.Wholes("stride", spatial, 1) : kernel;
        var (padding, dilation) = (c.Options.Wholes("padding", spatial, 0), c.Options.Wholes("dilation", spatial, 1));
        var ceiling = c.Options.Flag("ceil_mode", false);
        var x = Batched(c.X, spatial);
        var (_, places) = spatial switch
        {
            1 => F.max_pool1d_with_indices(x.Value, kernel[0], stride[0], padding[0], dilation[0], ceiling),
            2 => F.max_pool2d_with_indices(x.Value, kernel, stride, padding, dilation, ceiling),
            _ => F.max_pool3d_with_indices(x.Value, kernel, stride, padding, dilation, ceiling),
        };
        var flat = places.flatten(2);
        var result = x.Map(t => t.flatten(2).gather(2, flat).reshape(places.shape), 0, Windows(kernel, stride));
        return Unbatched(result, c.X, spatial);
    }

    private static Bounded? AvgPool(Computation c, int spatial)
    {
        var kernel = c.Options.Wholes("kernel_size", spatial, 1);
        var stride = c.Options.Has("stride") ? c.Options.Wholes("stride", spatial, 1) : kernel;
        var padding = c.Options.Wholes("padding", spatial, 0);
        var (ceiling, counts) = (c.Options.Flag("ceil_mode", false), c.Options.Flag("count_include_pad", true));
        long? divisor = c.Options.Has("divisor_override") ? c.Options.Whole("divisor_override", 1) : null;
        var size = kernel.Aggregate(1.0, (n, k) => n * k);
        // In narrow dtypes gradients of overlapping windows grow in the dtype.
        var result = Batched(c.X, spatial).In(c.Rounding.Accumulated).Map(Pool, size + 2, Windows(kernel, stride) + 2);
        return Unbatched(result, c.X, spatial);

        Tensor Pool(Tensor x) =>
            spatial switch
            {
                1 => F.avg_pool1d(x, kernel[0], stride[0], padding[0], ceiling, counts),
                2 => F.avg_pool2d(x, kernel, stride, padding, ceiling, counts, divisor),
                _ => F.avg_pool3d(x, kernel, stride, padding, ceiling, counts, divisor),
            };
    }

    private static Bounded? AdaptiveAvgPool(Computation c, int spatial)
    {
        if (!c.Options.Has("output_size") || c.Options.Numbers("output_size")?.Any(double.IsNaN) == true)
            return null;
        var size = c.Options.Wholes("output_size", spatial, 1);
        var x = Batched(c.X, spatial);
        var own = x.Value.shape[2..];
        // A window has at most ⌈n / m⌉ + 1 numbers a dimension; a number lies in at most ⌈m / n⌉ + 1 windows.
        var (window, windows) = (1.0, 1.0);
        for (var i = 0; i < spatial; i++)
        {
            window *= Math.Ceiling((double)own[i] / size[i]) + 1;
            windows *= Math.Ceiling((double)size[i] / own[i]) + 1;
        }

        var result = x.In(c.Rounding.Accumulated)
            .Map(
                t =>
                    spatial switch
                    {
                        1 => F.adaptive_avg_pool1d(t, size[0]),
                        2 => F.adaptive_avg_pool2d(t, size),
                        _ => F.adaptive_avg_pool3d(t, size),
                    },
                window + 2,
                windows + 2
            );
        return Unbatched(result, c.X, spatial);
    }

    /// <summary>Kernels without oneDNN store a part of a sum for each place in the window, or for each sample.</summary>
    private static double Parts(Bounded x, long[] kernel) => Math.Max(kernel.Aggregate(1.0, (n, k) => n * k), x.Value.shape[0]) + 1;

    /// <summary>Number of windows that a number lies in, at most.</summary>
    private static double Windows(long[] kernel, long[] stride) =>
        kernel.Zip(stride).Aggregate(1.0, (n, p) => n * Math.Ceiling((double)p.First / p.Second));

    private static Bounded Padded(Bounded x, (long Before, long After)[] padding, string mode)
    {
        long[] all = [.. padding.Reverse().SelectMany(p => new[] { p.Before, p.After })];
        var kind = mode switch
        {
            "reflect" => PaddingModes.Reflect,
            "replicate" => PaddingModes.Replicate,
            "circular" => PaddingModes.Circular,
            _ => PaddingModes.Constant,
        };
        return x.Map(t => F.pad(t, all, kind, 0), 0, 1 + all.Max());
    }

    private static Bounded Batched(Bounded x, int spatial) => x.Value.dim() == spatial + 1 ? x.Map(t => t.unsqueeze(0)) : x;

    private static Bounded Unbatched(Bounded result, Bounded x, int spatial) => x.Value.dim() == spatial + 1 ? result.Map(t => t.squeeze(0)) : result;
}
