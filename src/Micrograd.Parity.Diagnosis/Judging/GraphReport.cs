using Micrograd.Parity.Diagnosis.Traces;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Result of checking a recorded graph.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="IsFloat32">True if its engine computes in float32: declared, or inferred from its numbers.</param>
/// <param name="Values">Number of values compared.</param>
/// <param name="Gradients">Number of gradients compared.</param>
/// <param name="SameBits">Number of values and gradients with PyTorch's bits.</param>
/// <param name="Mistakes">Every number that rounding does not explain.</param>
/// <param name="Groups">The mistakes by cause: values in the order of the nodes, then gradients in the order of the backward pass.</param>
/// <param name="Honest">Benign rounding by class and op.</param>
internal sealed record GraphReport(
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
    /// <summary>Number of nodes of the graph.</summary>
    public int Nodes { get; init; } = Graph.Nodes.Count;

    /// <summary>True if all mistakes are gradients of leaves that still contain what the graph before left.</summary>
    public bool KeepsEarlier => Mistakes.Count > 0 && Mistakes.All(m => m.Facts.Any(f => f.Kind == FactKind.AddsEarlier));

    /// <summary>Comparison with the graph that was meant; null if only this one was recorded.</summary>
    public WiringReport? Wiring { get; init; }

    /// <summary>
    /// VJP rules that were met, with the index of the operand; true where a gradient other than 1 and 0 went through one, so that a rule that forgets
    /// it would have been seen.
    /// </summary>
    public IReadOnlyDictionary<(string Op, int Operand), bool> Rules { get; init; } = new Dictionary<(string, int), bool>();

    /// <summary>True if some number differs by more than rounding explains, or an op was recorded as another.</summary>
    public bool HasMistakes => Mistakes.Count > 0 || Wiring is { Groups.Count: > 0 };

    /// <summary>Drops the nodes of a graph without mistakes, which are not needed any more.</summary>
    internal GraphReport Lean() => HasMistakes ? this : this with { Graph = Graph with { Nodes = new TraceNodes(), Meant = null } };
}

/// <summary>Findings of one kind and cause.</summary>
/// <param name="Class">Class of the differences.</param>
/// <param name="Op">The op whose rule is to blame; null if gradient accumulation is, or if the cause is unknown.</param>
/// <param name="Count">Number of findings.</param>
/// <param name="Of">Number of compared numbers that the op computed; 0 if no op is to blame.</param>
/// <param name="First">The first finding; for mistakes its right number comes from PyTorch itself.</param>
internal sealed record FindingGroup(DifferenceClass Class, string? Op, int Count, int Of, GraphFinding First)
{
    /// <summary>Largest distance from the right number in ulps; for float32 rounding in float32 ulps, from the nearest float.</summary>
    public ulong GreatestUlp { get; init; }

    /// <summary>Facts about all of the findings, then facts about the first.</summary>
    public IReadOnlyList<Fact> Facts { get; init; } = [];
}
