using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>
/// Recurrent networks. The last layer's hidden states are recorded, and each step is computed from the recorded one before it: bounds do not
/// grow with time.
/// </summary>
internal static class Recurrent
{
    /// <summary>Their kinds.</summary>
    internal static IReadOnlyDictionary<string, Func<Computation, IReadOnlyList<Bounded>?>> Kinds { get; } =
        new Dictionary<string, Func<Computation, IReadOnlyList<Bounded>?>>
        {
            ["LSTM"] = c => Layers(c, 4),
            ["GRU"] = c => Layers(c, 3),
            ["RNN"] = c => Layers(c, 1),
            ["LSTMCell"] = c => Cell(c, 4),
            ["GRUCell"] = c => Cell(c, 3),
            ["RNNCell"] = c => Cell(c, 1),
        };

    private static List<Bounded>? Layers(Computation c, int gates)
    {
        var layers = (int)c.Options.Whole("num_layers", 1);
        var isLong = gates == 4;
        if (
            c.Options.Whole("proj_size", 0) != 0
            || (c.Options.Number("dropout", 0) > 0 && c.Call.Training && layers > 1)
            || !c.Has("weight_hh_l0")
            || c.X.Value.dim() is < 2 or > 3
            // A packed sequence comes with the sizes of its batches.
            || c.Call.Inputs.Skip(1).Any(input => !input.is_floating_point())
        )
            return null;
        var isBatched = c.X.Value.dim() == 3;
        var batchFirst = isBatched && c.Options.Flag("batch_first", false);
        string[] directions = c.Options.Flag("bidirectional", false) ? ["", "_reverse"] : [""];
        var narrow = c.X.In(c.Rounding.Composed);
        var x =
            batchFirst ? narrow.Map(t => t.transpose(0, 1))
            : isBatched ? narrow
            : narrow.Map(t => t.unsqueeze(1));
        var (time, batch) = (x.Value.shape[0], x.Value.shape[1]);
        var size = c.Call.State["weight_hh_l0"].shape[1];
        var recorded = c.Call.Outputs is [var first, ..] && first.numel() == time * batch * size * directions.Length ? first : null;
        recorded =
            recorded is null ? null
            : batchFirst ? recorded.transpose(0, 1)
            : isBatched ? recorded
            : recorded.unsqueeze(1);
        var (lastHidden, lastCells) = (new List<Bounded>(), new List<Bounded>());
        for (var layer = 0; layer < layers; layer++)
        {
            var sides = new List<Bounded>();
            for (var side = 0; side < directions.Length; side++)
            {
                var index = layer * directions.Length + side;
                if (Weights.Of(c, $"_l{layer}{directions[side]}", time * batch) is not { } weights)
                    return null;
                var known = layer == layers - 1 ? recorded?.narrow(2, side * size, size) : null;
                var (states, hidden, cell) = Run(c, weights, gates, x, Initial(c, 1, index), isLong ? Initial(c, 2, index) : null, known, side == 1);
                sides.Add(states);
                lastHidden.Add(hidden);
                if (cell is not null)
                    lastCells.Add(cell);
            }

            x = sides.Count == 1 ? sides[0] : Bounded.Concatenated(sides, 2);
        }

        var output =
            batchFirst ? x.Map(t => t.transpose(0, 1))
            : isBatched ? x
            : x.Map(t => t.squeeze(1));
        List<Bounded> results = [output, Together(lastHidden)];
        return isLong ? [.. results, Together(lastCells)] : results;

        Bounded Together(List<Bounded> states)
        {
            var all = Bounded.Concatenated([.. states.Select(s => s.Map(t => t.unsqueeze(0)))], 0);
            return isBatched ? all : all.Map(t => t.squeeze(1));
        }

        Bounded Initial(Computation of, int input, int index)
        {
            if (of.Inputs.Count <= input)
                return Bounded.Of(zeros(batch, size, ScalarType.Float64), of.Rounding.Composed);
            var state = of.Inputs[input].In(of.Rounding.Composed);
            return (isBatched ? state : state.Map(t => t.unsqueeze(1))).Map(t => t.select(0, index));
        }
    }

    /// <summary>One layer in one direction: all hidden states in order of time, and the last states.</summary>
    private static (Bounded States, Bounded Hidden, Bounded? Cell) Run(
        Computation c,
        Weights weights,
        int gates,
        Bounded x,
        Bounded hidden,
        Bounded? cell,
        Tensor? recorded,
        bool isReversed
    )
    {
        var given = weights.FromInput(x);
        var time = (int)x.Value.shape[0];
        var states = new Bounded[time];
        var (start, empty) = (hidden, cell);
        for (var i = 0; i < time; i++)
        {
            var at = isReversed ? time - 1 - i : i;
            var input = given.Map(t => t.select(0, at));
            (hidden, cell) = Step(
                c,
                weights,
                gates,
                input,
                c.Options.Flag("~hidden fresh", false) ? start : hidden,
                c.Options.Flag("~cell fresh", false) ? empty : cell
            );
            states[at] = hidden;
            if (recorded is not null && i < time - 1)
                hidden = hidden.Replaced(recorded.select(0, at));
        }

        return (Bounded.Concatenated([.. states.Select(s => s.Map(t => t.unsqueeze(0)))], 0), hidden, cell);
    }

    private static List<Bounded>? Cell(Computation c, int gates)
    {
        if (Weights.Of(c, "", c.X.Value.dim() == 1 ? 1 : c.X.Value.shape[0]) is not { } weights)
            return null;
        var isBatched = c.X.Value.dim() == 2;
        Bounded Read(Bounded b) => isBatched ? b.In(c.Rounding.Composed) : b.In(c.Rounding.Composed).Map(t => t.unsqueeze(0));
        var x = Read(c.X);
        var zero = Bounded.Of(zeros(x.Value.shape[0], weights.Hidden.Value.shape[1], ScalarType.Float64), c.Rounding.Composed);
        var (hidden, cell) = Step(
            c,
            weights,
            gates,
            weights.FromInput(x),
            c.Inputs.Count > 1 ? Read(c.Inputs[1]) : zero,
            gates < 4 ? null
                : c.Inputs.Count > 2 ? Read(c.Inputs[2])
                : zero
        );
        List<Bounded> results = cell is null ? [hidden] : [hidden, cell];
        return isBatched ? results : [.. results.Select(r => r.Map(t => t.squeeze(0)))];
    }

    private static (Bounded Hidden, Bounded? Cell) Step(Computation c, Weights weights, int gates, Bounded given, Bounded hidden, Bounded? cell)
    {
        var size = hidden.Value.shape[1];
        if (gates == 3)
            return (Gru(c, weights, given, hidden, size), null);
        var sum = given + weights.FromHidden(hidden);
        if (gates == 1)
            return (c.Options.Text("nonlinearity", "tanh") == "relu" ? sum.Relu() : sum.Tanh(isSaved: true), null);
        var candidate = Candidate(c, sum.Slice(1, 2 * size, size));
        var forget = sum.Slice(1, size, size);
        if (c.Options.Flag("~forget bias", false))
            forget += 1;
        var next = Gate(c, forget) * cell! + Gate(c, sum.Slice(1, 0, size)) * candidate;
        var shown = c.Options.Flag("~cell not squashed", false) ? next : next.Tanh(isSaved: true);
        return (Gate(c, sum.Slice(1, 3 * size, size)) * shown, next);
    }

    private static Bounded Gate(Computation c, Bounded x) =>
        c.Options.Text("~gates", "sigmoid") switch
        {
            "0.2 x + 0.5" => (x * 0.2 + 0.5).Clamp(0, 1),
            "x / 6 + 0.5" => (x / 6 + 0.5).Clamp(0, 1),
            _ => x.Sigmoid(isSaved: true),
        };

    private static Bounded Candidate(Computation c, Bounded x) =>
        c.Options.Text("~candidate", "tanh") switch
        {
            "sigmoid" => x.Sigmoid(isSaved: true),
            "relu" => x.Relu(),
            _ => x.Tanh(isSaved: true),
        };

    private static Bounded Gru(Computation c, Weights weights, Bounded given, Bounded hidden, long size)
    {
        var back = weights.FromHidden(hidden);
        var reset = Gate(c, given.Slice(1, 0, size) + back.Slice(1, 0, size));
        var update = Gate(c, given.Slice(1, size, size) + back.Slice(1, size, size));
        var candidate = c.Options.Flag("~reset before", false)
            ? weights.FromHidden(reset * hidden).Slice(1, 2 * size, size)
            : reset * back.Slice(1, 2 * size, size);
        var proposed = Candidate(c, given.Slice(1, 2 * size, size) + candidate);
        if (c.Options.Flag("~update complement", false))
            update = 1 - update;
        // Kernels take the difference first, or weigh both.
        return (proposed + update * (hidden - proposed)).Loosened((hidden.Magnitude + proposed.Magnitude) * Rounding.Gamma(3, hidden.Rounding.Inner));
    }

    /// <summary>The weights of one layer in one direction.</summary>
    /// <param name="Input">Those of what is given to it.</param>
    /// <param name="Hidden">Those of its hidden state.</param>
    /// <param name="InputBias">The bias beside the first, if it has one.</param>
    /// <param name="HiddenBias">The bias beside the other.</param>
    /// <param name="Calls">How many samples and times their gradients are sums over.</param>
    private sealed record Weights(Bounded Input, Bounded Hidden, Bounded? InputBias, Bounded? HiddenBias, double Calls)
    {
        internal static Weights? Of(Computation c, string suffix, double calls)
        {
            if (Read("weight_ih") is not { } input || Read("weight_hh") is not { } hidden)
                return null;
            return new(input, hidden, Read("bias_ih"), Read("bias_hh"), calls);

            Bounded? Read(string name) => c.Parameter(name + suffix)?.In(c.Rounding.Composed);
        }

        internal Bounded FromInput(Bounded x) => Bounded.Bilinear(x, Input, (a, w) => a.matmul(w.t()), x.Value.shape[^1], InputBias).Stored();

        /// <summary>Some kernels sum the gradient of the weights over all times at once.</summary>
        internal Bounded FromHidden(Bounded h) =>
            Bounded.Bilinear(h, Hidden, (a, w) => a.matmul(w.t()), h.Value.shape[^1], HiddenBias, backward: Calls).Stored();
    }
}
