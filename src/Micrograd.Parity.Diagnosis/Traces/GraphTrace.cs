using System.Globalization;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>One graph that an engine recorded: its forward pass and one backward pass over it.</summary>
/// <param name="Name">Its name in the file, or its number there.</param>
/// <param name="Nodes">Its nodes, each after its operands.</param>
/// <param name="Root">The index of the node that the backward pass started from.</param>
/// <param name="Upstream">The root's own gradient.</param>
internal sealed record GraphTrace(string Name, TraceNodes Nodes, int Root, double Upstream)
{
    /// <summary>
    /// Gradients that leaves had in the file's previous graph and still have, by node: they were not cleared. Found by
    /// <see cref="Judging.SharedLeaves"/>.
    /// </summary>
    public IReadOnlyDictionary<int, double> EarlierGradients { get; init; } = new Dictionary<int, double>();

    /// <summary>Creates what a program means: its nodes, and the root of one of its passes.</summary>
    internal static GraphTrace Create(Program program, int pass) =>
        new(
            program.Name,
            TraceNodes.From(
                program.Nodes.Select(
                    (node, i) =>
                        new TraceNode(i.ToString(CultureInfo.InvariantCulture), 0)
                        {
                            Op = node.Op,
                            WrittenOp = node.Op,
                            Settings = [.. node.Settings],
                            Operands = [.. node.Operands],
                            Value = node.Op is null ? node.Number : double.NaN,
                            Label = node.Label,
                        }
                )
            ),
            program.Passes.Count == 0 ? program.Nodes.Count - 1 : program.Passes[Math.Min(pass, program.Passes.Count - 1)].Root,
            1
        );

    /// <summary>The graph that was meant, whose ops have no numbers; null if only this one was recorded.</summary>
    public GraphTrace? Meant { get; init; }
}

/// <summary>One node of a graph, as it is given to be written.</summary>
/// <param name="Id">Its id as written.</param>
/// <param name="Line">Its line in the file, counted from 1.</param>
public sealed record TraceNode(string Id, int Line)
{
    /// <summary>The op's name in the catalogue; null for a leaf.</summary>
    public string? Op { get; init; }

    /// <summary>The op as written, such as <c>**-1.0</c>; null for a leaf.</summary>
    public string? WrittenOp { get; init; }

    /// <summary>The op's settings, such as an exponent or a slope.</summary>
    public double[] Settings { get; init; } = [];

    /// <summary>The indices of its operands in the graph, in the op's order; all are before it.</summary>
    public int[] Operands { get; init; } = [];

    /// <summary>Its recorded number.</summary>
    public double Value { get; init; }

    /// <summary>Its recorded gradient after the pass; null where none was recorded.</summary>
    public double? Gradient { get; init; }

    /// <summary>Its name; may be null.</summary>
    public string? Label { get; init; }
}
