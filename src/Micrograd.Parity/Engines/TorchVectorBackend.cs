using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;
using static TorchSharp.torch;

namespace Micrograd.Parity.Engines;

/// <summary>
/// Theirs, many inputs at once: every node is a tensor with one number for each input, so that PyTorch's loops over vectors run. An op that
/// is not elementwise is applied to each input's numbers by itself.
/// </summary>
/// <param name="ops">The catalogue.</param>
/// <param name="type">The tensors' type: float64 or float32.</param>
internal sealed class TorchVectorBackend(OpCatalogue ops, ScalarType type)
{
    /// <summary>Runs a program on inputs, and gives a trace for each.</summary>
    public Trace[] Run(Program program, IReadOnlyList<ProgramInput> inputs)
    {
        using var work = TorchWork.Begin();
        var nodes = new Tensor[program.Nodes.Count];
        var next = 0;
        for (var i = 0; i < nodes.Length; i++)
        {
            var node = program.Nodes[i];
            if (node.Op is null)
            {
                var leaf = next++;

                // Asked of tensor(…), the gradient would be that of the doubles it converts from.
                nodes[i] = tensor(inputs.Select(input => input.Numbers[leaf]).ToArray(), type).requires_grad_(node.RequiresGrad);
                continue;
            }

            nodes[i] = Apply(ops[node.Op], [.. node.Operands.Select(o => nodes[o])], [.. node.Settings], inputs.Count);
            if (nodes[i].requires_grad)
                nodes[i].retain_grad();
        }

        for (var p = 0; p < program.Passes.Count; p++)
        {
            var pass = p;
            TorchBackend.BeforePass(program, pass, nodes);
            var upstream = tensor(inputs.Select(input => input.Upstreams[pass]).ToArray(), type);
            nodes[program.Passes[p].Root].backward([upstream], retain_graph: p + 1 < program.Passes.Count);
        }

        var values = Array.ConvertAll(nodes, Numbers);
        var gradients = Array.ConvertAll(nodes, node => node.grad is { } gradient ? Numbers(gradient) : null);
        return
        [
            .. Enumerable.Range(0, inputs.Count).Select(k => new Trace(Array.ConvertAll(values, v => v[k]), Array.ConvertAll(gradients, g => g?[k]))),
        ];
    }

    private static Tensor Apply(Op op, Tensor[] operands, double[] settings, int count)
    {
        if (op.Elementwise)
            return op.Theirs(operands, settings);
        var columns = Array.ConvertAll(operands, o => o.unbind());
        var results = new Tensor[count];
        for (var k = 0; k < count; k++)
            results[k] = op.Theirs(Array.ConvertAll(columns, c => c[k]), settings);
        return stack(results);
    }

    private static double[] Numbers(Tensor vector) => vector.detach().to(float64).Numbers();
}
