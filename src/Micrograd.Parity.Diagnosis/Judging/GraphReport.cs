using Micrograd.Parity.Diagnosis.Traces;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>What was found in a recorded graph.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="IsFloat32">Whether its engine computes in float32, by its own word or by its numbers.</param>
/// <param name="Values">How many values were compared.</param>
/// <param name="Gradients">How many gradients were compared.</param>
/// <param name="SameBits">How many of both have PyTorch's bits.</param>
/// <param name="Mistakes">Every number that rounding does not explain.</param>
/// <param name="Groups">The mistakes by what is to blame: values in the order of the nodes, then gradients in the order of the backward pass.</param>
/// <param name="Honest">The honest differences by class and op.</param>
public sealed record GraphReport(
    GraphTrace Graph,
    bool IsFloat32,
    long Values,
    long Gradients,
    long SameBits,
    IReadOnlyList<GraphFinding> Mistakes,
    IReadOnlyList<FindingGroup> Groups,
    IReadOnlyList<FindingGroup> Honest
)
{
    /// <summary>How many nodes the graph has.</summary>
    public int Nodes { get; init; } = Graph.Nodes.Count;

    /// <summary>Without the nodes of a graph that nothing more is to be said of.</summary>
    internal GraphReport Lean() => Mistakes.Count > 0 ? this : this with { Graph = Graph with { Nodes = [] } };
}

/// <summary>Findings of one kind and cause.</summary>
/// <param name="Class">What the differences are.</param>
/// <param name="Op">The op whose rule is to blame; null where it is how shares were gathered, or not known.</param>
/// <param name="Count">How many findings there are.</param>
/// <param name="Of">How many numbers the op gave in all; 0 where no op is to blame.</param>
/// <param name="First">The first of them; for mistakes the right number is PyTorch's own.</param>
public sealed record FindingGroup(DifferenceClass Class, string? Op, int Count, int Of, GraphFinding First)
{
    /// <summary>The greatest distance from the right number in ulps; of float32 rounding, in those of a float, from the float nearest to it.</summary>
    public ulong GreatestUlp { get; init; }

    /// <summary>What is known of all of them, then what is known of the first.</summary>
    public IReadOnlyList<Fact> Facts { get; init; } = [];
}
