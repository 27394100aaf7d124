using Micrograd.Parity.Inputs;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Programs;

/// <summary>Validation and static analysis of programs.</summary>
internal static class ProgramRules
{
    /// <summary>For each node, true if it requires a gradient: leaves, and ops with such an operand (other than a condition).</summary>
    public static bool[] WantsGradient(Program program, OpCatalogue ops)
    {
        var wants = new bool[program.Nodes.Count];
        for (var i = 0; i < wants.Length; i++)
            wants[i] = WantsGradient(program.Nodes[i], wants, ops);
        return wants;
    }

    /// <summary>True if a node requires a gradient, given the same for the nodes before it.</summary>
    internal static bool WantsGradient(Node node, IReadOnlyList<bool> before, OpCatalogue ops)
    {
        if (node.Op is null)
            return node.RequiresGrad;
        var condition = ops[node.Op].Condition;
        for (var k = 0; k < node.Operands.Count; k++)
        {
            if (k != condition && before[node.Operands[k]])
                return true;
        }

        return false;
    }

    /// <summary>First error in a program; null if there is none.</summary>
    public static ProgramProblem? Problem(Program program, OpCatalogue ops)
    {
        if (program.Nodes.Count == 0)
            return new ProgramProblem(false, null, "it has no nodes");
        for (var i = 0; i < program.Nodes.Count; i++)
        {
            if (Problem(program.Nodes[i], i, ops) is { } problem)
                return new ProgramProblem(false, i, problem);
        }

        var wants = WantsGradient(program, ops);
        for (var p = 0; p < program.Passes.Count; p++)
        {
            var root = program.Passes[p].Root;
            if (root < 0 || root >= wants.Length)
                return new ProgramProblem(true, p, $"there is no node {root} to start from");
            if (!wants[root])
                return new ProgramProblem(true, p, $"node {root} has no gradient to start from, being computed from constants only");
        }

        return null;
    }

    private static string? Problem(Node node, int index, OpCatalogue ops)
    {
        if (node.Op is null)
            return null;
        if (!ops.TryGet(node.Op, out var op))
            return $"the catalogue has no op '{PlainText.Short(node.Op)}'";
        if (op.Arity == Op.Any ? node.Operands.Count == 0 : node.Operands.Count != op.Arity)
            return $"{node.Op} takes {(op.Arity == Op.Any ? "one operand or more" : $"{op.Arity} operand(s)")}, not {node.Operands.Count}";
        if (node.Settings.Count != op.Settings[0].Length)
            return $"{node.Op} takes {op.Settings[0].Length} setting(s), not {node.Settings.Count}";
        foreach (var operand in node.Operands)
        {
            if (operand < 0 || operand >= index)
                return $"operand {operand} is not an earlier node";
        }

        return null;
    }
}

/// <summary>An error in a program.</summary>
/// <param name="IsPass">True if it is in a pass, false if in a node or in the whole.</param>
/// <param name="Index">Index of the node or pass; null for the whole.</param>
/// <param name="Reason">The reason.</param>
internal sealed record ProgramProblem(bool IsPass, int? Index, string Reason)
{
    public override string ToString() => Index is { } index ? $"{(IsPass ? "pass" : "node")} {index}: {Reason}" : Reason;
}
