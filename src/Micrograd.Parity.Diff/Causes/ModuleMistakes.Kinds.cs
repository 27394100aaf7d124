using Micrograd.Parity.Diff.Recomputing;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Causes;

/// <content>Kinds of modules, and weights that are read otherwise.</content>
internal static partial class ModuleMistakes
{
    private static IEnumerable<ModuleMistake> Kinds()
    {
        yield return ModuleMistake.One(
            "mask-added",
            "The mask of true and false is added as 1 and 0; nothing is left out.",
            "TorchSharp's MultiheadAttention adds what it is given as attn_mask: give it numbers, -Infinity for what is left out.",
            c => c.Type == "MultiheadAttention" && c.Inputs.Skip(3).Any(i => i.dtype == ScalarType.Bool) ? c.With("~mask added", true) : null
        );
        yield return new("another-pooling", "The module is {0}.", "Use the original's pooling.", (c, _) => c.Type.StartsWith(
                "MaxPool",
                StringComparison.Ordinal
            )
                ? [(c.As("Avg" + c.Type[3..]), "Avg" + c.Type[3..])]
            : c.Type.StartsWith("AvgPool", StringComparison.Ordinal) ? [(c.As("Max" + c.Type[3..]), "Max" + c.Type[3..])]
            : []);
        yield return ModuleMistake.One(
            "padding-counted",
            "The mean of a window counts its padding otherwise.",
            "Give count_include_pad explicitly, with the original's value.",
            c =>
                c.Type.StartsWith("AvgPool", StringComparison.Ordinal)
                    ? c.With("count_include_pad", !c.Options.Flag("count_include_pad", true))
                    : null
        );
        yield return new("padding-on-one-side", "The padding stands {0}.", "PyTorch pads both sides alike; TensorFlow's \"same\" may not.", (c, _) =>
            PaddedOnOneSide(c)
        );
        yield return ModuleMistake.One(
            "kernel-turned",
            "The kernel is turned round in its dimensions: a convolution in the sense of mathematics.",
            "PyTorch correlates: turn round weights that come from elsewhere.",
            c =>
                c.Type.StartsWith("Conv", StringComparison.Ordinal) && c.State.TryGetValue("weight", out var w)
                    ? c.Having("weight", w.flip([.. Enumerable.Range(2, (int)w.dim() - 2).Select(i => (long)i)]))
                    : null
        );
        yield return ModuleMistake.One(
            "kernel-transposed",
            "Height and width of the kernel are exchanged.",
            "PyTorch's weights are (out, in, height, width): permute those that come from elsewhere.",
            c =>
                c.Type == "Conv2d" && c.State.TryGetValue("weight", out var w) && w.shape[2] == w.shape[3]
                    ? c.Having("weight", w.transpose(2, 3))
                    : null
        );
        yield return new("padding-mode", "padding_mode is {0}.", "Give padding_mode explicitly, with the original's value.", (c, _) =>
            c.Type is "Conv1d" or "Conv2d"
                ? s_paddings
                    .Where(p => p != c.Options.Text("padding_mode", "zeros") && c.Options.Has("padding"))
                    .Select(p => (c.With("padding_mode", p), p))
                : []
        );
        yield return new("another-activation", "The function is {0}.", "Use the original's activation.", (c, _) =>
            OfEachNumber.Contains(c.Type)
                ? OfEachNumber.Where(k => k != c.Type).Select(k => (c with { Type = k, Options = RecordedOptions.Of() }, k))
                : []
        );
        yield return new(
            "another-function",
            "The function is {0}.",
            "Use the original's function; losses of logits have their softmax within them.",
            (c, _) => s_softmaxes.Contains(c.Type) ? s_softmaxes.Where(k => k != c.Type).Select(k => (c.As(k), k)) : []
        );
        yield return ModuleMistake.One("left-out", "The module returns its input.", "See that forward calls the module.", c =>
            OfEachNumber.Contains(c.Type) || s_norms.Contains(c.Type) || s_softmaxes.Contains(c.Type) ? c.As("Identity") : null
        );
    }

    /// <summary>A convolution or pooling of which all the padding stands in front of its input, or all behind.</summary>
    private static IEnumerable<(ModuleCall Call, string Value)> PaddedOnOneSide(ModuleCall c)
    {
        var rank = c.Type.StartsWith("Conv", StringComparison.Ordinal) && c.Type.EndsWith('d') ? c.Type[^2] - '0' : 0;
        if (rank is < 1 or > 3 || c.Inputs[0].dim() != rank + 2 || c.Options.Text("padding", "").Length > 0)
            return [];
        var paddings = c.Options.Wholes("padding", rank, 0);
        if (paddings.All(p => p == 0) || c.Type.StartsWith("ConvTranspose", StringComparison.Ordinal))
            return [];
        return new[] { ("behind", false), ("in front", true) }.Select(side =>
        {
            // From the last dimension to the first.
            long[] pad = [.. paddings.Reverse().SelectMany(p => side.Item2 ? new[] { 2 * p, 0 } : [0, 2 * p])];
            return (c.Given(nn.functional.pad(c.Inputs[0], pad)).With("padding", 0.0), side.Item1);
        });
    }
}
