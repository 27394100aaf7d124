using System.Globalization;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Texts that describe findings, on the terminal and in documents.</summary>
internal static class LocatingWords
{
    /// <summary>Names a class of differences.</summary>
    public static string Of(DifferenceClass kind) =>
        kind switch
        {
            DifferenceClass.SameBits => "same bits",
            DifferenceClass.SignOfZero => "sign of zero",
            DifferenceClass.SummationOrder => "order of summation",
            DifferenceClass.UlpsOfRounding => "ulps of rounding",
            DifferenceClass.OtherComposition => "another composition",
            DifferenceClass.Float32Rounding => "float32 rounding",
            DifferenceClass.Drift => "drift",
            _ => "mistake",
        };

    /// <summary>Describes the wrong numbers and how many there are: <c>tanh: value at 214 of 214 nodes</c>.</summary>
    public static string Title(GraphTrace graph, FindingGroup group)
    {
        var first = group.First;
        var nodes = group.Of == 0 ? Number(group.Count) : $"{Number(group.Count)} of {Number(group.Of)}";
        if (first.Quantity == Quantity.Value)
            return $"{group.Op}: value of {nodes} nodes";
        return group.Op is not null
            ? $"{group.Op}: gradient that it passes on{(first.Operand is { } operand ? $" to its operand {operand}" : "")}, at {nodes} nodes that receive it"
            : $"gradient accumulation is wrong at {Number(group.Count)} {(group.Count == 1 ? "node" : "nodes")} (op derivatives are correct)";
    }

    /// <summary>Lines that describe a finding: place, both numbers, and the operands.</summary>
    public static IEnumerable<string> Lines(GraphTrace graph, GraphFinding finding)
    {
        var node = graph.Nodes[finding.Node];
        yield return $"{finding.Quantity.ToString().ToLowerInvariant()} of {node}, line {node.Line}";
        yield return $"  recorded  {Number(finding.Recorded)}";
        yield return $"  PyTorch   {Number(finding.Right)}   {Ulps.Apart(finding.Recorded, finding.Right)}";
        if (finding.Quantity == Quantity.Value)
        {
            var operands = node.Operands.Take(8).Select(k => $"{Number(graph.Nodes[k].Value)} (node {graph.Nodes[k].Id})");
            yield return $"  from      {string.Join(", ", operands)}{(node.Operands.Count > 8 ? ", …" : "")}"
                + (node.Settings.Length > 0 ? $" with {string.Join(", ", node.Settings.Select(Number))}" : "");
        }
    }

    /// <summary>Names an op that was recorded as another, and how many there are.</summary>
    public static string Title(WiringGroup group)
    {
        return $"wiring: {group.Op} was meant and something else recorded, {Number(group.Count)} of {Number(group.Of)} times";
    }

    /// <summary>Lines that describe an op that was recorded as another: the call that was meant, both numbers, and where the recorded one stands.</summary>
    public static IEnumerable<string> Lines(GraphTrace graph, WiringFinding finding)
    {
        var call = Call(graph.Meant!, finding.Meant);
        var recorded = finding.Recorded is { } r ? $"{graph.Nodes[r]}{(graph.Nodes[r].Line > 0 ? $", line {graph.Nodes[r].Line}" : "")}" : null;
        yield return finding.Operand is { } operand
            ? $"gradient that {call} passes on to {graph.Nodes[operand]}, for an upstream gradient of 1"
            : $"value of {call}";
        yield return finding.Number is { } number ? $"  recorded  {Number(number)}   as {recorded} computes it" : "  recorded  nothing";
        yield return $"  meant     {Number(finding.Right)}";
        if (finding.IsExchanged)
            yield return "  hint      is the op's value with the operands exchanged";
    }

    /// <summary>A call as text: <c>sub(5, x)</c>.</summary>
    private static string Call(GraphTrace meant, int node)
    {
        var of = meant.Nodes[node];
        var operands = of.Operands.Select(k => meant.Nodes[k]).Select(n => n.Label ?? (n.Op is null ? Number(n.Value) : $"{n.Op} (node {n.Id})"));
        return $"{of.Op}({string.Join(", ", operands.Concat(of.Settings.Select(Number)))}), node {of.Id} of what was meant";
    }

    /// <summary>Formats a number in full.</summary>
    public static string Number(double number) => NumberText.Of(number);

    internal static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
