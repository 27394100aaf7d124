using Micrograd.Parity.Diff.Recomputing;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Causes;

/// <content>Recurrent networks.</content>
internal static partial class ModuleMistakes
{
    private static readonly string[] s_biases = ["bias_ih", "bias_hh"];
    private static readonly string[] s_recurrent = ["LSTM", "GRU", "RNN", "LSTMCell", "GRUCell", "RNNCell"];
    private static readonly string[] s_long = ["LSTM", "LSTMCell"];
    private static readonly string[] s_gated = ["LSTM", "LSTMCell", "GRU", "GRUCell"];
    private static readonly string[] s_hardGates = ["0.2 x + 0.5", "x / 6 + 0.5"];
    private static readonly string[] s_candidates = ["sigmoid", "relu"];

    private static IEnumerable<ModuleMistake> Recurrent()
    {
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
        yield return new(
            "gate-order",
            "The gates stand in the order {0}.",
            "PyTorch's order is input, forget, cell, output; reset, update, new. Permute the blocks of rows.",
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
            "recurrent-bias-left-out",
            "The biases {0} are not added.",
            "Load both biases of each layer; the two are summed, so that one may hold the sum.",
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
            c => s_recurrent.Contains(c.Type) && c.Inputs.Count > 1 ? c.Given(c.Inputs[0]) : null
        );
        yield return new("candidate-squashed-otherwise", "The candidate of the state goes through {0}.", "PyTorch's goes through tanh.", (c, _) =>
            s_gated.Contains(c.Type) ? s_candidates.Select(f => (c.With("~candidate", f), f)) : []
        );
        yield return ModuleMistake.One(
            "cell-not-squashed",
            "The cell is multiplied by the output gate as it is.",
            "The hidden state is the output gate times tanh of the cell.",
            c => s_long.Contains(c.Type) ? c.With("~cell not squashed", true) : null
        );
        yield return new("hard-gates", "The gates are straight lines, {0}, cut off at 0 and 1.", "PyTorch's gates are sigmoids.", (c, _) =>
            s_gated.Contains(c.Type) ? s_hardGates.Select(f => (c.With("~gates", f), f)) : []
        );
        yield return ModuleMistake.One(
            "forget-bias",
            "1 is added to the forget gate.",
            "PyTorch adds its two biases alone; add the 1 to one of them where weights come from elsewhere.",
            c => s_long.Contains(c.Type) ? c.With("~forget bias", true) : null
        );
        yield return ModuleMistake.One(
            "state-not-handed-on",
            "The hidden state is not handed on: each time begins with the first one.",
            "Give each time the hidden state of the time before.",
            c => KnownModules.IsRecurrent(c.Type) ? c.With("~hidden fresh", true) : null
        );
        yield return ModuleMistake.One(
            "cell-not-handed-on",
            "The cell is not handed on: each time begins with the first one.",
            "Give each time the cell of the time before.",
            c => c.Type == "LSTM" ? c.With("~cell fresh", true) : null
        );
    }

    /// <summary>The weights with their gates in each other order.</summary>
    private static IEnumerable<(ModuleCall, string)> GateOrders(ModuleCall c)
    {
        string[] gates = c.Type switch
        {
            "LSTM" or "LSTMCell" => ["input", "forget", "cell", "output"],
            "GRU" or "GRUCell" => ["reset", "update", "new"],
            _ => [],
        };
        foreach (var order in Orders([.. Enumerable.Range(0, gates.Length)]).Skip(1).Where(o => o.Length > 0))
        {
            // Where the weights' blocks stand in this order, the module reads each gate's from another place.
            Tensor Moved(Tensor rows) =>
                cat([.. Enumerable.Range(0, gates.Length).Select(g => rows.chunk(gates.Length, 0)[Array.IndexOf(order, g)])], 0);
            yield return (c with { State = c.State.ToDictionary(s => s.Key, s => Moved(s.Value)) }, string.Join(", ", order.Select(i => gates[i])));
        }
    }

    private static IEnumerable<int[]> Orders(int[] items) =>
        items.Length <= 1 ? [items] : items.SelectMany(i => Orders([.. items.Where(j => j != i)]).Select(rest => (int[])[i, .. rest]));

    /// <summary>Each gate's square block of a recurrent weight, transposed.</summary>
    private static Tensor Turned(string name, Tensor weight) =>
        name.StartsWith("weight_hh", StringComparison.Ordinal) && weight.dim() == 2
            ? cat([.. weight.split(weight.shape[1]).Select(block => block.t())])
            : weight;
}
