using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Engines;

/// <summary>
/// Runs programs by the ops' formulas in some arithmetic: in enclosures it bounds the effect of rounding, in high precision it gives the exact
/// values and gradients. Independent of the engine and of PyTorch.
/// </summary>
/// <typeparam name="T">The arithmetic's number.</typeparam>
/// <param name="ops">The catalogue.</param>
/// <param name="arithmetic">The arithmetic.</param>
internal sealed class FormulaBackend<T>(OpCatalogue ops, IArithmetic<T> arithmetic)
{
    /// <summary>Formulas by names that the catalogue does not have: operations that only occur within training steps.</summary>
    public IReadOnlyDictionary<string, Formula> Others { get; init; } = new Dictionary<string, Formula>();

    /// <summary>
    /// True if a chain of additions, as in a + b + c, is a sum in any order, as in a matrix product. Its partial sums then have no meaning.
    /// </summary>
    public bool ReordersSums { get; init; }

    /// <summary>True if leaves are, or may be, rounded to the arithmetic's format; false if they are exact.</summary>
    public bool RoundsLeaves { get; init; }

    /// <summary>Adjusts a node's result, given its formula, the node and the formula's result; null for no adjustment.</summary>
    internal Func<Formula, Node, T, T>? Result { get; init; }

    /// <summary>
    /// Adjusts a contribution to an operand's gradient, given the formula, the node, the operand's index, the upstream gradient and the formula's
    /// contribution; null for no adjustment.
    /// </summary>
    internal Func<Formula, Node, int, T, T, T>? Share { get; init; }

    /// <summary>Runs a program on numbers.</summary>
    public FormulaTrace<T> Run(Program program, ProgramInput input)
    {
        var values = Forward(program, input);
        var wantsGradient = WantsGradient(program);
        var total = new T[values.Length];
        var reached = new bool[values.Length];
        for (var p = 0; p < program.Passes.Count; p++)
        {
            if (program.Passes[p].Clear)
                Array.Clear(reached);
            Backward(program, program.Passes[p].Root, arithmetic.Number(input.Upstreams[p]), values, wantsGradient, total, reached);
        }

        return new FormulaTrace<T>(values, total, reached);
    }

    private T[] Forward(Program program, ProgramInput input)
    {
        var values = new T[program.Nodes.Count];
        var chains = ReordersSums ? new AdditionChains(program) : null;
        var next = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var node = program.Nodes[i];
            if (node.Op is null)
            {
                values[i] = RoundsLeaves ? arithmetic.Constant(input.Numbers[next++]) : arithmetic.Number(input.Numbers[next++]);
                continue;
            }

            var result = chains?.TermsOf(i) is { } terms
                ? arithmetic.Sum(terms.ConvertAll(t => values[t]).ToArray())
                : FormulaOf(node.Op).Value(arithmetic, Operands(node, values), node.Settings);
            values[i] = Result is null ? result : Result(FormulaOf(node.Op), node, result);
        }

        return values;
    }

    /// <summary>One backward pass: every node that the root depends on, in the reverse order of creation.</summary>
    private void Backward(Program program, int root, T upstream, T[] values, bool[] wantsGradient, T[] total, bool[] reached)
    {
        var shares = new List<T>?[root + 1];
        shares[root] = [upstream];
        for (var i = root; i >= 0; i--)
        {
            if (shares[i] is not { } received)
                continue;
            var gradient = arithmetic.Sum(received.ToArray());
            shares[i] = null;
            total[i] = reached[i] ? arithmetic.Sum([total[i], gradient]) : gradient;
            reached[i] = true;
            var node = program.Nodes[i];
            if (node.Op is null)
                continue;
            var (formula, condition) = (FormulaOf(node.Op), ConditionOf(node.Op));
            var operands = Operands(node, values);
            for (var k = 0; k < operands.Length; k++)
            {
                if (k == condition || !wantsGradient[node.Operands[k]])
                    continue;
                var into = shares[node.Operands[k]] ??= [];
                var before = into.Count;
                formula.AddShares(into, arithmetic, gradient, operands, values[i], node.Settings, k);
                for (var s = before; s < into.Count && Share is not null; s++)
                    into[s] = Share(formula, node, k, gradient, into[s]);
            }
        }
    }

    private bool[] WantsGradient(Program program)
    {
        var wants = new bool[program.Nodes.Count];
        for (var i = 0; i < wants.Length; i++)
        {
            var node = program.Nodes[i];
            wants[i] = node.Op is null ? node.RequiresGrad : node.Operands.Where((_, k) => k != ConditionOf(node.Op)).Any(o => wants[o]);
        }

        return wants;
    }

    private Formula FormulaOf(string op) => Others.TryGetValue(op, out var formula) ? formula : ops[op].Formula;

    private int? ConditionOf(string op) => Others.ContainsKey(op) ? null : ops[op].Condition;

    private static T[] Operands(Node node, T[] values)
    {
        var operands = new T[node.Operands.Count];
        for (var k = 0; k < operands.Length; k++)
            operands[k] = values[node.Operands[k]];
        return operands;
    }
}

/// <summary>Values and gradients of a program in some arithmetic, by node.</summary>
/// <typeparam name="T">The arithmetic's number.</typeparam>
/// <param name="Values">Each node's number.</param>
/// <param name="Gradients">Each node's gradient, if it received one.</param>
/// <param name="HasGradient">True for each node that received a gradient.</param>
internal sealed record FormulaTrace<T>(T[] Values, T[] Gradients, bool[] HasGradient);
