using Micrograd.Parity.Engines;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing;

/// <summary>Small changes of programs, of which shrinking is made. None alters the program it is given.</summary>
internal static class ProgramEdits
{
    /// <summary>The program with one node in place of another.</summary>
    internal static Program WithNode(Program program, int index, Node node)
    {
        var nodes = program.Nodes.ToArray();
        nodes[index] = node;
        return program with { Nodes = nodes };
    }

    /// <summary>The program with one pass in place of another.</summary>
    internal static Program WithPass(Program program, int index, Pass pass)
    {
        var passes = program.Passes.ToArray();
        passes[index] = pass;
        return program with { Passes = passes };
    }

    /// <summary>The program without the nodes of a condition that nothing else uses; repeated until none is left.</summary>
    internal static Program WithoutUnused(Program program, Func<int, bool>? mayGo = null)
    {
        var needed = new bool[program.Nodes.Count];
        foreach (var pass in program.Passes)
            needed[pass.Root] = true;
        for (var i = needed.Length - 1; i >= 0; i--)
        {
            needed[i] |= mayGo is not null && !mayGo(i);
            if (!needed[i])
                continue;
            foreach (var operand in program.Nodes[i].Operands)
                needed[operand] = true;
        }

        return Keep(program, needed);
    }

    /// <summary>The program up to a node, without the passes from later ones.</summary>
    internal static Program UpTo(Program program, int last) =>
        program with
        {
            Nodes = [.. program.Nodes.Take(last + 1)],
            Passes = [.. program.Passes.Where(p => p.Root <= last)],
        };

    /// <summary>The program with the ops of a range replaced by leaves (constants, where no gradient flows) of the values they had.</summary>
    internal static Program WithLeaves(Program program, int start, int end, Trace trace, bool[] wantsGradient)
    {
        var nodes = program.Nodes.ToArray();
        for (var i = start; i < Math.Min(end, nodes.Length); i++)
        {
            if (nodes[i].Op is not null)
                nodes[i] = wantsGradient[i] ? Node.Leaf(trace.Values[i]) : Node.Constant(trace.Values[i]);
        }

        return program with
        {
            Nodes = nodes,
        };
    }

    /// <summary>The program in which whatever used one node uses another, earlier one.</summary>
    internal static Program Redirect(Program program, int from, int to) =>
        program with
        {
            Nodes = [.. program.Nodes.Select(n => n with { Operands = [.. n.Operands.Select(o => o == from ? to : o)] })],
            Passes = [.. program.Passes.Select(p => p.Root == from ? p with { Root = to } : p)],
        };

    /// <summary>One op alone on leaves of the values its operands had, with a pass of an upstream gradient or none.</summary>
    internal static Program Alone(Program program, int index, Trace trace, double? upstream)
    {
        var node = program.Nodes[index];
        var operands = node.Operands.Distinct().ToList();
        return program with
        {
            Nodes =
            [
                .. operands.Select(o => Node.Leaf(trace.Values[o])),
                node with
                {
                    Operands = [.. node.Operands.Select(o => operands.IndexOf(o))],
                },
            ],
            Passes = upstream is { } g ? [new Pass(operands.Count, g)] : [],
        };
    }

    private static Program Keep(Program program, bool[] needed)
    {
        var places = new int[needed.Length];
        var nodes = new List<Node>();
        for (var i = 0; i < needed.Length; i++)
        {
            places[i] = nodes.Count;
            if (needed[i])
                nodes.Add(program.Nodes[i] with { Operands = [.. program.Nodes[i].Operands.Select(o => places[o])] });
        }

        return program with
        {
            Nodes = nodes,
            Passes = [.. program.Passes.Select(p => p with { Root = places[p.Root] })],
        };
    }
}
