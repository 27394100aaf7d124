using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>Replays a recorded graph on the model engine, as a whole from its leaves.</summary>
/// <param name="trace">The graph.</param>
/// <param name="ops">The ops.</param>
internal sealed class GraphReplay(GraphTrace trace, OpCatalogue ops)
{
    /// <summary>Recorded numbers: the values of ops, then all gradients.</summary>
    internal double?[] Recorded { get; } =
    [.. trace.Nodes.Select(n => n.Op is null ? (double?)null : n.Value), .. trace.Nodes.Select(n => n.Gradient)];

    /// <summary>Computes the same numbers by the given rules.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="earlier">True if leaves start with the gradients of the graph before.</param>
    /// <param name="leaves">Numbers of leaves in place of the recorded ones.</param>
    internal double?[] Run(ModelRules rules, bool earlier = false, IReadOnlyDictionary<int, double>? leaves = null)
    {
        var tape = new ModelTape(ops, rules);
        var labelled = trace.Nodes.Any(n => n.Op is null && n.Label is not null);
        foreach (var node in trace.Nodes)
        {
            if (node.Op is null)
                tape.Number(
                    leaves?.TryGetValue(tape.Count, out var other) == true ? other : node.Value,
                    wantsGradient: true,
                    isCleared: !labelled || node.Label is not null
                );
            else
                tape.Apply(node.Op, [.. node.Operands], node.Settings);
        }

        var gradients = tape.Backward(trace.Root, trace.Upstream);
        if (earlier)
        {
            foreach (var (node, gradient) in trace.EarlierGradients)
                gradients[node] = gradients[node] is { } now ? gradient + now : gradient;
        }

        // An engine that starts gradients at 0 records a 0 where PyTorch has none.
        return
        [
            .. trace.Nodes.Select((n, i) => n.Op is null ? (double?)null : tape.Value(i)),
            .. trace.Nodes.Select((n, i) => gradients[i] ?? (n.Gradient == 0 ? 0 : null)),
        ];
    }
}
