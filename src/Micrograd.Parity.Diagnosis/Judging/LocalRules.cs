using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// Evaluates one op at a time at given numbers, by the engine's rules, whose bits are PyTorch's. Must be used on the thread that created it.
/// </summary>
internal sealed class LocalRules(OpCatalogue ops) : IDisposable
{
    private readonly Tape _tape = new();

    public void Dispose() => _tape.Dispose();

    internal Tape.Scope Use() => _tape.Use();

    /// <summary>The op's formula.</summary>
    internal Formula Formula(TraceNode node) => ops[node.Op!].Formula;

    /// <summary>True if a node's value is a sum of its operands in any order.</summary>
    internal bool SumsInAnyOrder(TraceNode node) => ops[node.Op!].Arity == Op.Any;

    /// <summary>The op's result at the given operands.</summary>
    internal double Value(TraceNode node, ReadOnlySpan<double> operands)
    {
        using var step = _tape.BeginStep();
        var values = new Value[operands.Length];
        for (var k = 0; k < values.Length; k++)
            values[k] = Micrograd.Value.Constant(operands[k]);
        return ops[node.Op!].Ours(values, node.Settings).Data;
    }

    /// <summary>Computes the op's VJP: the contribution to the gradient of each operand; null where none flows.</summary>
    /// <param name="node">The node.</param>
    /// <param name="operands">Its operands' numbers.</param>
    /// <param name="result">The result that the rule sees; null for the one computed from the operands.</param>
    /// <param name="upstream">The result's gradient.</param>
    /// <param name="shares">Receives the contributions.</param>
    internal void Shares(TraceNode node, ReadOnlySpan<double> operands, double? result, double upstream, Span<double?> shares)
    {
        using var step = _tape.BeginStep();
        var op = ops[node.Op!];
        var values = new Value[operands.Length];
        for (var k = 0; k < values.Length; k++)
            values[k] = k == op.Condition ? Micrograd.Value.Constant(operands[k]) : new Value(operands[k]);
        var y = op.Ours(values, node.Settings);
        if (result is { } given)
            y.Data = given;
        y.Backward(upstream);
        for (var k = 0; k < values.Length; k++)
            shares[k] = values[k].HasGrad ? values[k].Grad : null;
    }

    /// <summary>
    /// Accumulates a node's VJP into its operands' gradients, in the order in which PyTorch adds the contributions to an operand that
    /// is used in several places.
    /// </summary>
    internal void Add(TraceNode node, double[] values, double upstream, double?[] gradients)
    {
        using var step = _tape.BeginStep();
        var op = ops[node.Op!];
        var operands = new Value[node.Operands.Length];
        for (var k = 0; k < operands.Length; k++)
        {
            operands[k] =
                k == op.Condition ? Micrograd.Value.Constant(values[node.Operands[k]])
                : First(k) is var first && first < k ? operands[first]
                : new Value(values[node.Operands[k]]);
        }

        var y = op.Ours(operands, node.Settings);
        y.Data = node.Value;
        var root = y * upstream;
        for (var k = 0; k < operands.Length; k++)
        {
            // Laid down later, it is passed on earlier: what an operand has comes before the contributions of this node.
            if (k != op.Condition && First(k) == k && gradients[node.Operands[k]] is { } earlier)
                root += operands[k] * earlier;
        }

        root.Backward();
        for (var k = 0; k < operands.Length; k++)
        {
            if (k != op.Condition && First(k) == k && operands[k].HasGrad)
                gradients[node.Operands[k]] = operands[k].Grad;
        }

        // Where the operand stands first, the one that only chooses between the others aside.
        int First(int place)
        {
            var first = 0;
            while (first == op.Condition || node.Operands[first] != node.Operands[place])
                first++;
            return first;
        }
    }
}
