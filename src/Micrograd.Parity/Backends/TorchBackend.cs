using Micrograd.Parity.Catalogue;
using Micrograd.Parity.Programs;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Backends;

/// <summary>Theirs: the program on 0-dim float64 tensors, with PyTorch's autograd.</summary>
public sealed class TorchBackend(OpCatalogue ops) : IBackend
{
    /// <inheritdoc/>
    public string Name => "PyTorch, 0-dim";

    /// <inheritdoc/>
    public Trace Run(Program program, ProgramInput input)
    {
        using var scope = NewDisposeScope();
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

        for (var p = 0; p < program.Passes.Count; p++)
        {
            BeforePass(program, p, nodes);
            nodes[program.Passes[p].Root].backward([tensor(input.Upstreams[p], float64)], retain_graph: p + 1 < program.Passes.Count);
        }

        return new Trace(
            Array.ConvertAll(nodes, node => node.item<double>()),
            Array.ConvertAll(nodes, node => node.grad?.item<double>()));
    }

    /// <summary>Clears gradients where the pass asks for it, and keeps those of an earlier one apart.</summary>
    internal static void BeforePass(Program program, int pass, Tensor[] nodes)
    {
        if (pass > 0)
            SeparateGradients(nodes);
        if (!program.Passes[pass].Clear)
            return;
        foreach (var node in nodes)
            node.grad = null;
    }

    /// <summary>
    /// Gives every leaf a gradient of its own between two passes. PyTorch keeps the very tensor that a pass delivers, and
    /// <c>stack(…).sum()</c> delivers views of one number to all its operands: the next pass would add each operand's share to all of them
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
