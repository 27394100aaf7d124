using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>Linear layers, embeddings, dropout, and layers that only move numbers.</summary>
internal static class Layers
{
    /// <summary>The chance of a false alarm, per call, where numbers are drawn.</summary>
    private const double FalseAlarm = 1e-12;

    /// <summary>Their kinds.</summary>
    internal static IReadOnlyDictionary<string, Func<Computation, Bounded?>> Kinds { get; } =
        new Dictionary<string, Func<Computation, Bounded?>>
        {
            ["Linear"] = c => c.Parameter("weight") is { } weight ? Affine(c.X, weight, c.Parameter("bias")) : null,
            ["Bilinear"] = Bilinear,
            ["Identity"] = c => c.X,
            ["Flatten"] = c => c.X.Map(x => x.flatten(c.Options.Whole("start_dim", 1), c.Options.Whole("end_dim", -1))),
            ["Embedding"] = Embedding,
            ["Dropout"] = c => Dropout(c, c.X.Value.shape),
            ["Dropout1d"] = c => Dropout(c, Channels(c.X, 1)),
            ["Dropout2d"] = c => Dropout(c, Channels(c.X, 2)),
            ["Dropout3d"] = c => Dropout(c, Channels(c.X, 3)),
            ["Upsample"] = Upsample,
        };

    /// <summary>x Wᵀ + b.</summary>
    internal static Bounded Affine(Bounded x, Bounded weight, Bounded? bias)
    {
        var (rows, outputs) = (x.Value.numel() / Math.Max(1, x.Value.shape[^1]), weight.Value.shape[0]);
        return Bounded
            .Bilinear(
                x,
                weight,
                (a, w) => a.matmul(w.t()),
                x.Value.shape[^1],
                bias,
                rows,
                outputs,
                toFirst: (g, w) => g.matmul(w),
                toSecond: (g, a) => g.reshape(-1, g.shape[^1]).t().matmul(a.reshape(-1, a.shape[^1]))
            )
            .Stored();
    }

    /// <summary>True if so many of n draws may have come out, each with a probability.</summary>
    internal static bool IsPlausible(double count, double draws, double probability)
    {
        // Bernstein's inequality: P(|count − np| ≥ t) ≤ 2 exp(−t² / (2np(1 − p) + 2t/3)).
        var t = Math.Abs(count - draws * probability);
        return t == 0 || 2 * Math.Exp(-t * t / (2 * draws * probability * (1 - probability) + 2 * t / 3)) > FalseAlarm;
    }

    private static Bounded? Bilinear(Computation c)
    {
        if (c.Parameter("weight") is not { } weight || c.Inputs.Count < 2)
            return null;
        var (left, right) = (c.X, c.Inputs[1]);
        var (rows, columns) = (left.Value.shape[^1], right.Value.shape[^1]);
        // The products of all pairs, then one sum over them: as many roundings as any order of the double sum has.
        var pairs =
            left.In(c.Rounding.Composed.Accumulated).Reshape([.. left.Value.shape, 1]) * right.Reshape([.. right.Value.shape[..^1], 1, columns]);
        return Affine(
            pairs.Reshape([.. left.Value.shape[..^1], rows * columns]),
            weight.Reshape(weight.Value.shape[0], rows * columns),
            c.Parameter("bias")
        );
    }

    private static Bounded? Embedding(Computation c)
    {
        if (c.Parameter("weight") is not { } weight || c.Options.Has("max_norm") || c.Options.Flag("scale_grad_by_freq", false))
            return null;
        var indices = c.Call.Inputs[0].to(ScalarType.Int64);
        var (rows, width) = (weight.Value.shape[0], weight.Value.shape[1]);
        if (indices.numel() == 0 || indices.min().ToInt64() < 0 || indices.max().ToInt64() >= rows)
            return null;
        if (c.Options.Has("padding_idx"))
        {
            var padding = c.Options.Whole("padding_idx", 0);
            padding = padding < 0 ? padding + rows : padding;
            weight = weight.PassingGradient((arange(rows, ScalarType.Int64) != padding).unsqueeze(1));
        }

        var flat = indices.flatten();
        var lengths = flat.bincount(null, rows).to(ScalarType.Float64).unsqueeze(1);
        return weight.In(c.Rounding.Accumulated).Map(w => w.index_select(0, flat).reshape([.. indices.shape, width]), lengths: lengths);
    }

    /// <summary>Dropout: the recorded output tells which numbers were left out, if as many were as the probability lets expect.</summary>
    private static Bounded? Dropout(Computation c, long[] drawn)
    {
        var p = c.Options.Number("p", 0.5);
        if (!c.Call.Training || p == 0)
            return c.X;
        if (p >= 1)
            return c.X * 0;
        if (c.Call.Outputs is not [var output, ..] || !output.shape.SequenceEqual(c.X.Value.shape))
            return null;
        var kept = output.to(ScalarType.Float64) != 0;
        var decided = c.X.Value != 0;
        var dims = Enumerable.Range(0, drawn.Length).Where(i => drawn[i] == 1).Select(i => (long)i).ToArray();
        foreach (var dim in dims)
            (kept, decided) = (kept.any(dim, keepdim: true), decided.any(dim, keepdim: true));
        var zeros = kept.logical_not().logical_and(decided).sum().ToDouble();
        var scaled = c.Options.Flag("~unscaled", false) ? c.X : c.X / Bounded.Of(1 - p, c.Rounding);
        return (IsPlausible(zeros, decided.sum().ToDouble(), p) ? scaled.Masked(kept.expand(c.X.Value.shape)) : scaled).MaybeRounded(2);
    }

    /// <summary>The shape in which whole channels are drawn: the last dimensions, which are dropped together, are 1.</summary>
    private static long[] Channels(Bounded x, int spatial) => [.. x.Value.shape.Select((n, i) => i < x.Value.dim() - spatial ? n : 1)];

    private static Bounded? Upsample(Computation c)
    {
        if (c.Options.Text("mode", "nearest") != "nearest")
            return null;
        var spatial = (int)c.X.Value.dim() - 2;
        var own = c.X.Value.shape[2..];
        var factors = c.Options.Numbers("scale_factor") ?? [.. Enumerable.Repeat(c.Options.Number("scale_factor", 0), spatial)];
        var size = c.Options.Has("size") ? c.Options.Wholes("size", spatial, 0) : [.. own.Select((n, i) => (long)Math.Floor(n * factors[i]))];
        var result = c.X;
        var copies = 1.0;
        for (var i = 0; i < spatial; i++)
        {
            var scale = c.Options.Has("size") ? (double)own[i] / size[i] : 1 / factors[i];
            var index = tensor(
                Enumerable.Range(0, (int)size[i]).Select(k => Math.Min((long)Math.Floor((float)(k * (float)scale)), own[i] - 1)).ToArray()
            );
            var dim = i + 2;
            copies = Math.Ceiling((double)size[i] / own[i]) + 1;
            result = result.Map(x => x.index_select(dim, index), 0, copies);
        }

        return result;
    }
}
