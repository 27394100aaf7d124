using Micrograd.Parity.Engines;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>Runs programs on the model engine, with a planted fault or by the right rules.</summary>
/// <param name="ops">The ops.</param>
/// <param name="rules">The rules to compute by.</param>
internal sealed class ModelBackend(OpCatalogue ops, ModelRules rules) : IBackend
{
    public string Name => "model engine";

    public Trace Run(Program program, ProgramInput input)
    {
        var tape = new ModelTape(ops, rules);
        var next = 0;
        foreach (var node in program.Nodes)
        {
            if (node.Op is null)
                tape.Number(input.Numbers[next++], node.RequiresGrad);
            else
                tape.Apply(node.Op, [.. node.Operands], [.. node.Settings]);
        }

        var total = new double?[tape.Count];
        for (var p = 0; p < program.Passes.Count; p++)
        {
            if (program.Passes[p].Clear)
                Array.Clear(total);
            var gradients = tape.Backward(program.Passes[p].Root, input.Upstreams[p]);
            for (var i = 0; i < total.Length; i++)
                total[i] = total[i] is { } earlier && gradients[i] is { } now ? earlier + now : gradients[i] ?? total[i];
        }

        return new Trace([.. Enumerable.Range(0, tape.Count).Select(tape.Value)], total);
    }
}
