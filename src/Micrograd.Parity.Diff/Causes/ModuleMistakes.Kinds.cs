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
        yield return ModuleMistake.One("sequence-backwards", "The sequence is read from its end.", "Give the module the sequence in its order.", c =>
            KnownModules.IsRecurrent(c.Type) && c.Inputs[0].dim() == 3
                ? c with
                {
                    Inputs = [c.Inputs[0].flip([c.Options.Flag("batch_first", false) ? 1 : 0]), .. c.Inputs.Skip(1)],
                    Outputs = [],
                }
                : null
        );
        yield return ModuleMistake.One(
            "weight-not-transposed",
            "The recurrent weights are multiplied without being transposed.",
            "PyTorch computes h · Wᵀ for each gate.",
            c => KnownModules.IsRecurrent(c.Type) ? c with { State = c.State.ToDictionary(s => s.Key, s => Turned(s.Key, s.Value)) } : null
        );
        yield return new(new("another-pooling", "The module is {0}.", "Use the original's pooling."), (c, _) => c.Type.StartsWith(
                "MaxPool",
                StringComparison.Ordinal
            )
                ? [(c with { Type = "Avg" + c.Type[3..] }, "Avg" + c.Type[3..])]
            : c.Type.StartsWith("AvgPool", StringComparison.Ordinal) ? [(c with { Type = "Max" + c.Type[3..] }, "Max" + c.Type[3..])]
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
        yield return ModuleMistake.One(
            "kernel-turned",
            "The kernel is turned round in its dimensions: a convolution in the sense of mathematics.",
            "PyTorch correlates: turn round weights that come from elsewhere.",
            c =>
                c.Type.StartsWith("Conv", StringComparison.Ordinal) && c.State.TryGetValue("weight", out var w)
                    ? c with
                    {
                        State = With(c.State, "weight", w.flip([.. Enumerable.Range(2, (int)w.dim() - 2).Select(i => (long)i)])),
                    }
                    : null
        );
        yield return ModuleMistake.One(
            "kernel-transposed",
            "Height and width of the kernel are exchanged.",
            "PyTorch's weights are (out, in, height, width): permute those that come from elsewhere.",
            c =>
                c.Type == "Conv2d" && c.State.TryGetValue("weight", out var w) && w.shape[2] == w.shape[3]
                    ? c with
                    {
                        State = With(c.State, "weight", w.transpose(2, 3)),
                    }
                    : null
        );
        yield return new(new("padding-mode", "padding_mode is {0}.", "Give padding_mode explicitly, with the original's value."), (c, _) =>
            c.Type is "Conv1d" or "Conv2d"
                ? s_paddings
                    .Where(p => p != c.Options.Text("padding_mode", "zeros") && c.Options.Has("padding"))
                    .Select(p => (c.With("padding_mode", p), p))
                : []
        );
        yield return new(
            new(
                "gate-order",
                "The gates stand in the order {0}.",
                "PyTorch's order is input, forget, cell, output; reset, update, new. Permute the blocks of rows."
            ),
            (c, _) => GateOrders(c)
        );
        yield return ModuleMistake.One(
            "reset-before-product",
            "The reset gate is applied to the hidden state, before the product with its weights.",
            "PyTorch applies it after the product (Keras: reset_after=True).",
            c => c.Type is "GRU" or "GRUCell" ? c.With("~reset before", true) : null
        );
        yield return ModuleMistake.One(
            "update-gate-complement",
            "The update gate weighs the new state, not the old one.",
            "PyTorch's is h' = (1 − z) · n + z · h.",
            c => c.Type is "GRU" or "GRUCell" ? c.With("~update complement", true) : null
        );
        yield return ModuleMistake.One(
            "nonlinearity",
            "The nonlinearity is the other of tanh and relu.",
            "Give nonlinearity explicitly, with the original's value.",
            c => c.Type is "RNN" or "RNNCell" ? c.With("nonlinearity", c.Options.Text("nonlinearity", "tanh") == "relu" ? "tanh" : "relu") : null
        );
        yield return new(
            new(
                "recurrent-bias-left-out",
                "The biases {0} are not added.",
                "Load both biases of each layer; the two are summed, so that one may hold the sum."
            ),
            (c, _) =>
                s_recurrent.Contains(c.Type)
                    ? s_biases
                        .Where(b => c.State.Keys.Any(k => k.StartsWith(b, StringComparison.Ordinal)))
                        .Select(b => (c with { State = c.State.Where(s => !s.Key.StartsWith(b, StringComparison.Ordinal)).ToDictionary() }, b))
                    : []
        );
        yield return ModuleMistake.One(
            "state-not-passed",
            "The hidden state begins at 0, though one is given.",
            "Pass the state on from call to call.",
            c => s_recurrent.Contains(c.Type) && c.Inputs.Count > 1 ? c with { Inputs = [c.Inputs[0]] } : null
        );
        yield return new(new("another-activation", "The function is {0}.", "Use the original's activation."), (c, _) =>
            s_ofEachNumber.Contains(c.Type)
                ? s_ofEachNumber.Where(k => k != c.Type).Select(k => (c with { Type = k, Options = ModuleOptions.Of() }, k))
                : []
        );
        yield return new(
            new("another-function", "The function is {0}.", "Use the original's function; losses of logits have their softmax within them."),
            (c, _) => s_softmaxes.Contains(c.Type) ? s_softmaxes.Where(k => k != c.Type).Select(k => (c with { Type = k }, k)) : []
        );
        yield return ModuleMistake.One("left-out", "The module returns its input.", "See that forward calls the module.", c =>
            s_ofEachNumber.Contains(c.Type) || s_norms.Contains(c.Type) || s_softmaxes.Contains(c.Type) ? c with { Type = "Identity" } : null
        );
    }

    /// <summary>Each gate's square block of a recurrent weight, transposed.</summary>
    private static Tensor Turned(string name, Tensor weight) =>
        name.StartsWith("weight_hh", StringComparison.Ordinal) && weight.dim() == 2
            ? cat([.. weight.split(weight.shape[1]).Select(block => block.t())])
            : weight;
}
