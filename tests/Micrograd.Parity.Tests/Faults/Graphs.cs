using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Tests.Faults;

/// <summary>Traces of programs on the model engine.</summary>
internal static class Graphs
{
    internal static GraphTrace Trace(Program program, params OpRule[] wrong)
    {
        var rules = wrong.ToDictionary(w => w.Op);
        var values = new ModelBackend(ParitySuite.Default.Ops, ModelRules.Right).Run(program, program.DefaultInput).Values;
        var gradients = new double[values.Length];
        gradients[program.Passes[0].Root] = program.Passes[0].Upstream;
        for (var i = values.Length - 1; i >= 0; i--)
        {
            var node = program.Nodes[i];
            if (node.Op is null)
                continue;
            var call = OpCall.Create(ParitySuite.Default.Ops[node.Op], [.. node.Operands.Select(o => values[o])], [.. node.Settings]);
            var shares = call.Shares(gradients[i]);
            for (var k = 0; k < shares.Length; k++)
            {
                var share = rules.GetValueOrDefault(node.Op)?.Share is { } rule ? rule(call, k, gradients[i], shares[k]) : shares[k];
                gradients[node.Operands[k]] += share;
            }
        }

        var nodes = program.Nodes.Select(
            (n, i) =>
                new TraceNode($"{i}", i + 1)
                {
                    Op = n.Op,
                    WrittenOp = n.Op,
                    Settings = [.. n.Settings],
                    Operands = [.. n.Operands],
                    Value = values[i],
                    Gradient = gradients[i],
                    Label = n.Label,
                }
        );
        return new GraphTrace(program.Name, TraceNodes.From(nodes), program.Passes[0].Root, program.Passes[0].Upstream);
    }
}
