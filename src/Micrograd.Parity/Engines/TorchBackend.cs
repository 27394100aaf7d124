using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;
using static TorchSharp.torch;

namespace Micrograd.Parity.Engines;

/// <summary>Theirs: the program on 0-dim float64 tensors, with PyTorch's autograd.</summary>
internal sealed class TorchBackend(OpCatalogue ops) : IBackend
{
    /// <summary>About how many tensors of a program are kept at a time: as many as a processor's cache holds.</summary>
    private const int NodesAtOnce = 128;

    public string Name => "PyTorch, 0-dim";

    public Trace Run(Program program, ProgramInput input) => Together(program, [input])[0];

    /// <remarks>
    /// Each input has a graph of its own, or several with the same numbers one after the other. Graphs share nothing but the <c>backward</c> call,
    /// which starts from the roots of many: this costs PyTorch less than a call for each.
    /// </remarks>
    public Trace[] RunAll(Program program, IReadOnlyList<ProgramInput> inputs) =>
        ProgramRules.Problem(program, ops) is { } problem
            ? throw new ArgumentException($"The program '{program.Name}' cannot be run: {problem}.", nameof(program))
            : [.. inputs.Chunk(Math.Max(1, NodesAtOnce / program.Nodes.Count)).SelectMany(chunk => Together(program, chunk))];

    /// <summary>Clears gradients where the pass asks for it, and keeps those of an earlier one apart.</summary>
    internal static void BeforePass(Program program, int pass, Tensor[] nodes)
    {
        if (pass > 0)
            SeparateGradients(nodes);
        if (program.Passes[pass].Clear)
            Clear(nodes);
    }

    private Trace[] Together(Program program, ProgramInput[] inputs)
    {
        using var work = TorchWork.Begin();
        var graphs = new List<Tensor[]>(inputs.Length);
        var turns = new int[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            var again = i > 0 && ReferenceEquals(inputs[i].Numbers, inputs[i - 1].Numbers);
            turns[i] = again ? turns[i - 1] + 1 : 0;
            graphs.Add(again ? graphs[^1] : Record(program, inputs[i]));
        }

        var traces = new Trace[inputs.Length];
        var last = turns.Max();
        for (var turn = 0; turn <= last; turn++)
        {
            var chosen = Enumerable.Range(0, inputs.Length).Where(i => turns[i] == turn).ToList();
            if (turn > 0)
                chosen.ForEach(i => Clear(graphs[i]));
            PassBack(program, chosen.ConvertAll(i => graphs[i]), chosen.ConvertAll(i => inputs[i].Upstreams), turn < last);
            foreach (var i in chosen)
            {
                traces[i] = new Trace(
                    turn > 0 ? traces[i - 1].Values : Array.ConvertAll(graphs[i], TensorNumbers.Number),
                    Array.ConvertAll(graphs[i], Gradient)
                );
            }
        }

        return traces;
    }

    private Tensor[] Record(Program program, ProgramInput input)
    {
        var nodes = new Tensor[program.Nodes.Count];
        var next = 0;
        for (var i = 0; i < nodes.Length; i++)
        {
            var node = program.Nodes[i];
            if (node.Op is null)
            {
                nodes[i] = tensor(input.Numbers[next++], float64, requires_grad: node.RequiresGrad);
                continue;
            }

            var operands = new Tensor[node.Operands.Count];
            for (var k = 0; k < operands.Length; k++)
                operands[k] = nodes[node.Operands[k]];
            nodes[i] = ops[node.Op].Theirs(operands, [.. node.Settings]);
            if (nodes[i].requires_grad)
                nodes[i].retain_grad();
        }

        return nodes;
    }

    private static void PassBack(Program program, List<Tensor[]> graphs, List<double[]> upstreams, bool again)
    {
        for (var p = 0; p < program.Passes.Count; p++)
        {
            var (pass, root) = (p, program.Passes[p].Root);
            graphs.ForEach(nodes => BeforePass(program, pass, nodes));
            autograd.backward(
                graphs.ConvertAll(nodes => nodes[root]),
                upstreams.ConvertAll(u => tensor(u[pass], float64)),
                retain_graph: again || p + 1 < program.Passes.Count
            );
        }
    }

    private static double? Gradient(Tensor node)
    {
        using var gradient = node.grad;
        return gradient?.Number();
    }

    private static void Clear(Tensor[] nodes)
    {
        foreach (var node in nodes)
            node.grad = null;
    }

    /// <summary>
    /// Gives every leaf a gradient of its own between two passes. PyTorch keeps the very tensor that a pass delivers, and
    /// <c>stack(…).sum()</c> gives all its operands views of one number: the next pass would add each operand's contribution to all of them
    /// (two passes over <c>stack([a, b]).sum()</c> leave 3 in place of 2; pytorch/pytorch#34082).
    /// </summary>
    private static void SeparateGradients(Tensor[] nodes)
    {
        foreach (var node in nodes)
        {
            if (node.is_leaf && node.grad is { } gradient)
                node.grad = gradient.clone();
        }
    }
}
