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
        var wantsGradient = ProgramRules.WantsGradient(program, ops);
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
            if (IsFaulty(node, values))
                PullFaulty(node, g, values, wantsGradient, gradients);
            else
                Pull(node, g, values, wantsGradient, gradients);
        }

        return gradients;
    }

    /// <summary>Whether a fault concerns what a node's operands receive.</summary>
    private bool IsFaulty(Node node, double[] values) =>
        fault.AssignsGradients
        || node.Op == fault.NudgedGradient
        || (fault.WrongGradientAt is { } wrong && wrong.Op == node.Op && Ulps.Same(wrong.Operand, values[node.Operands[0]]));

    /// <summary>
    /// Adds to each operand's gradient what it receives for a gradient of one node. What the operand had is laid on the tape as the share
    /// of a later node, so that an op recorded as several nodes adds its several shares to it one after the other, as the engine does.
    /// </summary>
    private void Pull(Node node, double g, double[] values, bool[] wantsGradient, double?[] gradients)
    {
        using var step = Tape.Current.BeginStep();
        var operands = node.Operands.Distinct().ToDictionary(o => o, o => Operand(o, values, wantsGradient));
        var root = ops[node.Op!].Ours([.. node.Operands.Select(o => operands[o])], [.. node.Settings]) * g;
        foreach (var (index, operand) in operands)
        {
            if (gradients[index] is { } earlier)
                root += operand * earlier;
        }

        root.Backward();
        foreach (var (index, operand) in operands)
            gradients[index] = operand.HasGrad ? operand.Grad : gradients[index];
    }

    /// <summary>The same with a fault: each operand's share in all, wherever it stands, is added or assigned by itself.</summary>
    private void PullFaulty(Node node, double g, double[] values, bool[] wantsGradient, double?[] gradients)
    {
        using var step = Tape.Current.BeginStep();
        var operands = Array.ConvertAll([.. node.Operands], o => Operand(o, values, wantsGradient));
        ops[node.Op!].Ours(operands, [.. node.Settings]).Backward(g);
        for (var k = 0; k < operands.Length; k++)
        {
            if (!operands[k].HasGrad)
                continue;
            var share = Faulty(node, operands[k].Grad, g, values);
            var operand = node.Operands[k];
            gradients[operand] = gradients[operand] is { } earlier && !fault.AssignsGradients ? earlier + share : share;
        }
    }

    private static Value Operand(int index, double[] values, bool[] wantsGradient) =>
        wantsGradient[index] ? new Value(values[index]) : Value.Constant(values[index]);

    private double Faulty(Node node, double share, double g, double[] values)
    {
        if (fault.WrongGradientAt is { } wrong && wrong.Op == node.Op && Ulps.Same(wrong.Operand, values[node.Operands[0]]))
            return share == 0 ? g : 0;
        if (node.Op != fault.NudgedGradient)
            return share;
        return share == 0 ? 1e-12 : share * (1 + 1e-12);
    }
}
