using Micrograd.Parity.Engines;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Comparing;

/// <summary>A program's nodes with what both sides made of them on the program's own numbers.</summary>
/// <param name="Count">How many nodes the program has.</param>
/// <param name="Nodes">Its nodes; of a long program the first and the last.</param>
public sealed record ProgramGraph(int Count, IReadOnlyList<NodeResult> Nodes) : ItemDetail
{
    /// <summary>How many nodes of a longer program are kept from its start.</summary>
    public const int KeptFirst = 60;

    /// <summary>How many nodes of a longer program are kept from its end.</summary>
    public const int KeptLast = 20;

    /// <summary>Whether all nodes are kept.</summary>
    public bool IsWhole => Nodes.Count == Count;

    internal static ProgramGraph Of(Program program, Trace ours, Trace theirs)
    {
        var count = program.Nodes.Count;
        var kept = Enumerable.Range(0, count).Where(i => count <= KeptFirst + KeptLast || i < KeptFirst || i >= count - KeptLast);
        return new ProgramGraph(
            count,
            [
                .. kept.Select(i => new NodeResult(
                    i,
                    program.Nodes[i].Label,
                    program.Nodes[i].Op,
                    program.Nodes[i].Settings,
                    program.Nodes[i].Operands,
                    program.Nodes[i].Op is null && program.Nodes[i].RequiresGrad,
                    new NodeNumbers(ours.Values[i], ours.Gradients[i]),
                    new NodeNumbers(theirs.Values[i], theirs.Gradients[i])
                )),
            ]
        );
    }
}

/// <summary>One node of a program that was run.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Label">Its name; null where it has none.</param>
/// <param name="Op">Its op; null for a leaf or constant.</param>
/// <param name="Settings">The op's settings.</param>
/// <param name="Operands">Indices of the op's operands.</param>
/// <param name="IsLeaf">Whether it is a number whose gradient is wanted.</param>
/// <param name="Ours">What the engine made of it.</param>
/// <param name="Theirs">What PyTorch made of it.</param>
public sealed record NodeResult(
    int Index,
    string? Label,
    string? Op,
    IReadOnlyList<double> Settings,
    IReadOnlyList<int> Operands,
    bool IsLeaf,
    NodeNumbers Ours,
    NodeNumbers Theirs
);

/// <summary>A node's numbers on one side.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Gradient">Its gradient after the last pass; null where none arrived.</param>
public sealed record NodeNumbers(double Value, double? Gradient = null);
