using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Engines;

/// <summary>Ours: the program on the engine, one node a value.</summary>
internal sealed class MicrogradBackend(OpCatalogue ops) : IBackend
{
    public string Name => "Micrograd";

    public Trace Run(Program program, ProgramInput input)
    {
        using var step = HarnessTape.BeginStep();
        var nodes = RunRecorded(program, input);
        return new Trace(Array.ConvertAll(nodes, node => node.Data), Array.ConvertAll(nodes, node => node.HasGrad ? node.Grad : (double?)null));
    }

    /// <summary>Runs a program on the current tape and leaves its nodes there, gradients included.</summary>
    public Value[] RunRecorded(Program program, ProgramInput input)
    {
        var nodes = Record(program, input);
        for (var p = 0; p < program.Passes.Count; p++)
        {
            if (program.Passes[p].Clear)
            {
                foreach (var node in nodes)
                    node.ZeroGrad();
            }

            nodes[program.Passes[p].Root].Backward(input.Upstreams[p]);
        }

        return nodes;
    }

    private Value[] Record(Program program, ProgramInput input)
    {
        var nodes = new Value[program.Nodes.Count];
        var next = 0;
        for (var i = 0; i < nodes.Length; i++)
        {
            var node = program.Nodes[i];
            if (node.Op is not null)
            {
                var operands = new Value[node.Operands.Count];
                for (var k = 0; k < operands.Length; k++)
                    operands[k] = nodes[node.Operands[k]];
                nodes[i] = ops[node.Op].Ours(operands, [.. node.Settings]);
            }
            else
            {
                var number = input.Numbers[next++];
                nodes[i] = node.RequiresGrad ? new Value(number) : Value.Constant(number);
            }

            if (node.Label is not null)
                nodes[i].Label = node.Label;
        }

        return nodes;
    }
}
