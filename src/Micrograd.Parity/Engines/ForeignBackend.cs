using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Engines;

/// <summary>Runs programs on another engine in C#.</summary>
/// <typeparam name="T">The engine's scalar.</typeparam>
/// <param name="engine">The engine.</param>
/// <param name="ops">The ops that programs may use.</param>
internal sealed class ForeignBackend<T>(IForeignEngine<T> engine, OpCatalogue ops) : IBackend
    where T : notnull
{
    public string Name => engine.Name;

    /// <exception cref="NotSupportedException">The engine lacks an op of the program.</exception>
    public Trace Run(Program program, ProgramInput input)
    {
        var nodes = Record(program, input);
        for (var p = 0; p < program.Passes.Count; p++)
        {
            if (program.Passes[p].Clear)
                Array.ForEach(nodes, engine.ZeroGrad);
            engine.Backward(nodes[program.Passes[p].Root], input.Upstreams[p]);
        }

        // Engines without constants give gradients to everything; those that nobody wants are not looked at.
        var wanted = ProgramRules.WantsGradient(program, ops);
        return new Trace(Array.ConvertAll(nodes, engine.Data), [.. nodes.Select((node, i) => wanted[i] ? engine.Grad(node) : null)]);
    }

    private T[] Record(Program program, ProgramInput input)
    {
        var nodes = new T[program.Nodes.Count];
        var next = 0;
        for (var i = 0; i < nodes.Length; i++)
        {
            var node = program.Nodes[i];
            if (node.Op is null)
            {
                var number = input.Numbers[next++];
                nodes[i] = node.RequiresGrad ? engine.Leaf(number) : engine.Constant(number);
            }
            else
            {
                nodes[i] = engine.TryApply(node.Op, [.. node.Operands.Select(o => nodes[o])], node.Settings, out var result)
                    ? result
                    : throw new NotSupportedException($"{engine.Name} has no {node.Op}.");
            }
        }

        return nodes;
    }
}
