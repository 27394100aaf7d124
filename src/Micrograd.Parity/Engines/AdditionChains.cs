using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Engines;

/// <summary>Finds additions of additions that nothing else uses: one sum of several terms, written as a chain.</summary>
internal sealed class AdditionChains
{
    private const string Addition = "add";

    private readonly Program _program;
    private readonly bool[] _isLink;

    internal AdditionChains(Program program)
    {
        _program = program;
        var users = new int[program.Nodes.Count];
        var usedByAddition = new bool[program.Nodes.Count];
        foreach (var node in program.Nodes)
        {
            foreach (var operand in node.Operands)
            {
                users[operand]++;
                usedByAddition[operand] = node.Op == Addition;
            }
        }

        _isLink = [.. program.Nodes.Select((n, i) => n.Op == Addition && users[i] == 1 && usedByAddition[i])];
    }

    /// <summary>The terms of the sum that ends at a node; null where none ends there.</summary>
    internal List<int>? TermsOf(int node)
    {
        if (_program.Nodes[node].Op != Addition || _isLink[node] || !_program.Nodes[node].Operands.Any(o => _isLink[o]))
            return null;
        var terms = new List<int>();
        var open = new Stack<int>([node]);
        while (open.TryPop(out var at))
        {
            if (at == node || _isLink[at])
            {
                foreach (var operand in _program.Nodes[at].Operands)
                    open.Push(operand);
            }
            else
            {
                terms.Add(at);
            }
        }

        return terms;
    }
}
