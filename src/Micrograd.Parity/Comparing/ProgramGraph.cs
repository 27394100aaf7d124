using System.Text.Json.Serialization;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Comparing;

/// <summary>A program's nodes with the values and gradients of both sides on the program's own numbers.</summary>
/// <param name="Count">Number of nodes of the program.</param>
/// <param name="Nodes">Its nodes; of a long program the first and the last.</param>
internal sealed record ProgramGraph(int Count, IReadOnlyList<NodeResult> Nodes) : ItemDetail
{
    /// <summary>Number of nodes kept from the start of a longer program.</summary>
    public const int KeptFirst = 60;

    /// <summary>Number of nodes kept from the end of a longer program.</summary>
    public const int KeptLast = 20;

    /// <summary>True if all nodes are kept.</summary>
    [JsonIgnore]
    public bool IsWhole => Nodes.Count == Count;

    internal static ProgramGraph From(Program program, Trace ours, Trace theirs)
    {
        var count = program.Nodes.Count;
        var kept = Enumerable.Range(0, count).Where(i => count <= KeptFirst + KeptLast || i < KeptFirst || i >= count - KeptLast);
        return new ProgramGraph(
            count,
            [
                .. kept.Select(i => new NodeResult(
                    i,
                    new NodeNumbers(ours.Values[i], ours.Gradients[i]),
                    new NodeNumbers(theirs.Values[i], theirs.Gradients[i]),
                    program.Nodes[i].Label,
                    program.Nodes[i].Op,
                    program.Nodes[i].Settings,
                    program.Nodes[i].Operands,
                    program.Nodes[i].Op is null && program.Nodes[i].RequiresGrad
                )),
            ]
        );
    }
}

/// <summary>One node of a program that was run.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Ours">The engine's value and gradient.</param>
/// <param name="Theirs">PyTorch's value and gradient.</param>
/// <param name="Label">Its name; null where it has none.</param>
/// <param name="Op">Its op; null for a leaf or constant.</param>
/// <param name="Settings">The op's settings.</param>
/// <param name="Operands">Indices of the op's operands.</param>
/// <param name="IsLeaf">True if it is a leaf that requires a gradient.</param>
internal sealed record NodeResult(
    int Index,
    NodeNumbers Ours,
    NodeNumbers? Theirs = null,
    string? Label = null,
    string? Op = null,
    IReadOnlyList<double>? Settings = null,
    IReadOnlyList<int>? Operands = null,
    [property: JsonPropertyName("leaf")] bool IsLeaf = false
)
{
    /// <summary>The op's settings.</summary>
    public IReadOnlyList<double> Settings { get; } = Settings ?? [];

    /// <summary>Indices of the op's operands.</summary>
    public IReadOnlyList<int> Operands { get; } = Operands ?? [];

    /// <summary>PyTorch's value and gradient.</summary>
    public NodeNumbers Theirs { get; } = Theirs ?? Ours;
}

/// <summary>A node's numbers on one side.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Gradient">Its gradient after the last pass; null if it received none.</param>
internal sealed record NodeNumbers(double Value, double? Gradient = null);
