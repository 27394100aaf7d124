using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Training;

/// <summary>
/// Recording of one training step of the engine as a program, from which the bounds on PyTorch's modules are derived. If their loss is a fused
/// kernel, the kernel's formula replaces the loss in the program.
/// </summary>
/// <param name="Program">The step, with one backward pass from the loss.</param>
/// <param name="Outputs">The outputs' nodes.</param>
/// <param name="Loss">The loss's node.</param>
/// <param name="Parameters">Each parameter's node; null for one that the loss does not depend on.</param>
/// <param name="Others">Formulas that the catalogue does not have.</param>
internal sealed record StepProgram(
    Program Program,
    IReadOnlyList<int> Outputs,
    int Loss,
    IReadOnlyList<int?> Parameters,
    IReadOnlyDictionary<string, Formula> Others
)
{
    internal static StepProgram Record(
        ReadOnlySpan<Value> outputs,
        Value loss,
        IReadOnlyList<Value> parameters,
        IReadOnlyDictionary<Value, FusedLoss> fused
    )
    {
        var reader = new Reader(outputs, fused);
        var root = reader.Read(loss);
        var outputNodes = new int[outputs.Length];
        for (var i = 0; i < outputs.Length; i++)
            outputNodes[i] = reader.Read(outputs[i]);
        return new StepProgram(
            new Program("step", reader.Nodes, [new Pass(root)]),
            outputNodes,
            root,
            [.. parameters.Select(reader.Find)],
            fused.Values.DistinctBy(kernel => kernel.Name).ToDictionary(kernel => kernel.Name, kernel => kernel.Formula)
        );
    }

    private sealed class Reader
    {
        private readonly Value[] _outputs;
        private readonly IReadOnlyDictionary<Value, FusedLoss> _fused;
        private readonly Dictionary<Value, int> _places = [];

        internal Reader(ReadOnlySpan<Value> outputs, IReadOnlyDictionary<Value, FusedLoss> fused) => (_outputs, _fused) = (outputs.ToArray(), fused);

        internal List<Node> Nodes { get; } = [];

        internal int? Find(Value value) => _places.TryGetValue(value, out var place) ? place : null;

        /// <summary>Adds a value after its operands (topological order), without recursion, because graphs are deep.</summary>
        internal int Read(Value root)
        {
            var open = new Stack<(Value Value, bool Ready)>([(root, false)]);
            while (open.TryPop(out var top))
            {
                if (_places.ContainsKey(top.Value))
                    continue;
                if (top.Ready)
                {
                    _places.Add(top.Value, Add(top.Value));
                    continue;
                }

                open.Push((top.Value, true));
                foreach (var operand in _fused.ContainsKey(top.Value) ? _outputs : top.Value.Operands)
                    open.Push((operand, false));
            }

            return _places[root];
        }

        private int Add(Value value)
        {
            if (_fused.TryGetValue(value, out var kernel))
                return AddFused(kernel);
            if (value.Op is not { } rule)
                return Add(value.RequiresGrad ? Node.Leaf(value.Data) : Node.Constant(value.Data));
            int[] operands = [.. value.Operands.Take(value.Attributes.Count > 0 ? 1 : int.MaxValue).Select(o => _places[o])];
            return rule switch
            {
                // Rules that stand for a setting of a row, or whose one operand is recorded twice.
                "pow(2)" => Add(Node.Of("pow_number", operands, [2])),
                "pow(3)" => Add(Node.Of("pow_number", operands, [3])),
                "pow(-1)" => Add(Node.Of("pow_number", operands, [-1])),
                "softsign" or "tanhshrink" => Add(Node.Of(rule, operands[..1])),
                _ => Add(Node.Of(rule, operands, value.Attributes)),
            };
        }

        private int AddFused(FusedLoss kernel)
        {
            var terms = kernel.Terms.Select(t => Add(Node.Of(kernel.Name, [.. t.Outputs.Select(o => _places[_outputs[o]])], t.Settings))).ToArray();
            var sum = Add(Node.Of("sum", terms));
            return kernel.IsMean ? Add(Node.Of("div_number", [sum], [terms.Length])) : sum;
        }

        private int Add(Node node)
        {
            Nodes.Add(node);
            return Nodes.Count - 1;
        }
    }
}
