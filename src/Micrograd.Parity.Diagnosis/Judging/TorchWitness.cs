using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Asks PyTorch itself for the right number of a finding, from the recorded numbers beside it.</summary>
internal sealed class TorchWitness(GraphTrace graph, Consumers consumers, double?[] gradients, OpCatalogue ops)
{
    private readonly TorchBackend _torch = new(ops);

    internal double Compute(GraphFinding finding)
    {
        if (finding.Quantity == Quantity.Value)
            return Run(graph.Nodes[finding.Node], upstream: null).Values[^1];
        if (finding.Node == graph.Root)
            return graph.Upstream;
        double? sum = null;
        foreach (var use in consumers.Of(finding.Node))
        {
            if (gradients[use.Consumer] is { } upstream && Run(graph.Nodes[use.Consumer], upstream).Gradients[use.Operand] is { } share)
                sum = sum is { } earlier ? earlier + share : share;
        }

        return sum ?? 0;
    }

    private Trace Run(GraphNode node, double? upstream)
    {
        var program = Program.OfOp(node.Op!, node.Op!, node.Operands.Count, node.Settings);
        program = upstream is null ? program with { Passes = [] } : program;
        return _torch.Run(program, new ProgramInput(node.Inputs(), upstream is { } g ? [g] : []));
    }
}
