using Micrograd.Parity.Backends;
using Micrograd.Parity.Catalogue;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Faults;

/// <summary>
/// A plain engine in place of the tape: it asks each op's rule for one value or one share at a time and does order and accumulation
/// itself, so that mistakes can be planted in each. Without a fault it gives the engine's bits.
/// </summary>
public sealed class ModelBackend(OpCatalogue ops, ModelFault fault) : IBackend
{
    /// <inheritdoc/>
    public string Name => "model engine";

    /// <inheritdoc/>
    public Trace Run(Program program, ProgramInput input)
    {
        var values = Forward(program, input);
        var wantsGradient = WantsGradient(program);
        var total = new double?[values.Length];
        for (var p = 0; p < program.Passes.Count; p++)
        {
            var pass = program.Passes[p];
            if (pass.Clear)
                Array.Clear(total);
            var gradients = Backward(program, pass.Root, input.Upstreams[p], values, wantsGradient);
            for (var i = 0; i < total.Length; i++)
                total[i] = total[i] is { } earlier && gradients[i] is { } now ? earlier + now : gradients[i] ?? total[i];
        }

        return new Trace(values, total);
    }

    private static bool[] WantsGradient(Program program)
    {
        var wants = new bool[program.Nodes.Count];
        for (var i = 0; i < wants.Length; i++)
            wants[i] = program.Nodes[i].Op is null ? program.Nodes[i].RequiresGrad : program.Nodes[i].Operands.Any(o => wants[o]);
        return wants;
    }

    /// <summary>Every node after its operands, as a depth-first walk from the root finds them.</summary>
    private static List<int> DepthFirstOrder(Program program, int root)
    {
        var order = new List<int>();
        var seen = new HashSet<int>();
        var open = new Stack<(int Node, bool Expanded)>([(root, false)]);
        while (open.TryPop(out var top))
        {
            if (top.Expanded)
            {
                order.Add(top.Node);
            }
            else if (seen.Add(top.Node))
            {
                open.Push((top.Node, true));
                foreach (var operand in program.Nodes[top.Node].Operands.Reverse())
                    open.Push((operand, false));
            }
        }

        return order;
    }

    private double[] Forward(Program program, ProgramInput input)
    {
        var values = new double[program.Nodes.Count];
        var next = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var node = program.Nodes[i];
            if (node.Op is null)
            {
                values[i] = input.Numbers[next++];
                continue;
            }

            using var step = Tape.Current.BeginStep();
            var operands = Array.ConvertAll([.. node.Operands], o => Value.Constant(values[o]));
            values[i] = ops[node.Op].Ours(operands, [.. node.Settings]).Data;
            if (node.Op == fault.NudgedValue)
                values[i] = Ulps.Step(values[i], double.IsPositiveInfinity(values[i]) ? -1 : 1);
        }

        return values;
    }

    private double?[] Backward(Program program, int root, double upstream, double[] values, bool[] wantsGradient)
    {
        var gradients = new double?[values.Length];
        gradients[root] = upstream;
        var order = fault.DepthFirst ? DepthFirstOrder(program, root) : [.. Enumerable.Range(0, root + 1)];
        for (var k = order.Count - 1; k >= 0; k--)
        {
            var node = program.Nodes[order[k]];
            if (node.Op is null || gradients[order[k]] is not { } g)
                continue;
            var shares = Shares(node, g, values, wantsGradient);
            for (var o = 0; o < shares.Length; o++)
            {
                if (shares[o] is not { } share)
                    continue;
                var operand = node.Operands[o];
                gradients[operand] = gradients[operand] is { } earlier && !fault.AssignsGradients ? earlier + share : share;
            }
        }

        return gradients;
    }

    /// <summary>What each operand of one node receives for a gradient of the node.</summary>
    private double?[] Shares(Node node, double g, double[] values, bool[] wantsGradient)
    {
        using var step = Tape.Current.BeginStep();
        var operands = Array.ConvertAll([.. node.Operands], o => wantsGradient[o] ? new Value(values[o]) : Value.Constant(values[o]));
        ops[node.Op!].Ours(operands, [.. node.Settings]).Backward(g);
        return Array.ConvertAll(operands, o => o.HasGrad ? Nudge(node.Op!, o.Grad) : (double?)null);
    }

    private double Nudge(string op, double share) => op != fault.NudgedGradient ? share
        : share == 0 ? 1e-12
        : share * (1 + 1e-12);
}
