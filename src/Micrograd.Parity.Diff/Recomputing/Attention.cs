using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>Multi-head attention.</summary>
internal static class Attention
{
    /// <summary>Its kinds.</summary>
    internal static IReadOnlyDictionary<string, Func<Computation, IReadOnlyList<Bounded>?>> Kinds { get; } =
        new Dictionary<string, Func<Computation, IReadOnlyList<Bounded>?>> { ["MultiheadAttention"] = MultiHead };

    private static List<Bounded>? MultiHead(Computation c)
    {
        if (
            c.Inputs.Count < 3
            || c.X.Value.dim() != 3
            || (c.Options.Number("dropout", 0) > 0 && c.Call.Training)
            || c.Has("bias_k")
            || c.Options.Flag("add_zero_attn", false)
            || c.Parameter("out_proj.weight") is not { } outer
        )
            return null;
        var width = outer.Value.shape[0];
        var heads = c.Options.Whole("num_heads", 1);
        var each = width / heads;
        var batchFirst = c.Options.Flag("batch_first", false);
        // To (batch, length, width).
        var inputs = c.Inputs.Take(3).Select(i => batchFirst ? i : i.Map(t => t.transpose(0, 1))).ToList();
        var (batch, target, source) = (inputs[0].Value.shape[0], inputs[0].Value.shape[1], inputs[1].Value.shape[1]);
        if (Mask(c, batch, heads, target, source) is not { } mask)
            return null;
        var parts = new Bounded[3];
        string[] names = ["q_proj_weight", "k_proj_weight", "v_proj_weight"];
        for (var i = 0; i < 3; i++)
        {
            var index = i;
            var weight = c.Has("in_proj_weight") ? c.Parameter("in_proj_weight")!.Map(w => w.narrow(0, index * width, width)) : c.Parameter(names[i]);
            if (weight is null)
                return null;
            var bias = c.Parameter("in_proj_bias")?.Map(b => b.narrow(0, index * width, width));
            parts[i] = Layers.Affine(inputs[i], weight, bias).Map(t => t.reshape(batch, -1, heads, each).transpose(1, 2));
        }

        // The scale may be taken to the query, to the products, or its root to both factors.
        var scores = (parts[0].MatMul(parts[1].Map(t => t.transpose(-2, -1))) * (1 / Math.Sqrt(each))).MaybeRounded(4).Stored();
        var weights = (scores + mask).Softmax(-1);
        var joined = weights.MatMul(parts[2]).Stored().Map(t => t.transpose(1, 2).reshape(batch, target, width));
        var result = Layers.Affine(joined, outer, c.Parameter("out_proj.bias"));
        var averaged = weights.Mean(1).Map(t => t.squeeze(1));
        return [batchFirst ? result : result.Map(t => t.transpose(0, 1)), .. c.Call.Outputs.Count == 1 ? Array.Empty<Bounded>() : [averaged]];
    }

    /// <summary>Terms that are added to the scores: 0 without masks; null if one is not understood.</summary>
    private static Bounded? Mask(Computation c, long batch, long heads, long target, long source)
    {
        var sum = zeros([1, 1, 1, 1], ScalarType.Float64);
        foreach (var mask in c.Call.Inputs.Skip(3))
        {
            var added =
                mask.dtype == ScalarType.Bool && c.Options.Flag("~mask added", false) ? mask.to(ScalarType.Float64)
                : mask.dtype == ScalarType.Bool ? zeros(mask.shape, ScalarType.Float64).masked_fill(mask, double.NegativeInfinity)
                : mask.to(ScalarType.Float64);
            if (mask.shape.SequenceEqual([target, source]) && !(batch == target && mask.dtype == ScalarType.Bool && target != source))
                sum += added;
            else if (mask.shape.SequenceEqual([batch * heads, target, source]))
                sum += added.reshape(batch, heads, target, source);
            else if (mask.shape.SequenceEqual([batch, source]))
                sum += added.reshape(batch, 1, 1, source);
            else
                return null;
        }

        return Bounded.Of(sum, c.Rounding);
    }
}
