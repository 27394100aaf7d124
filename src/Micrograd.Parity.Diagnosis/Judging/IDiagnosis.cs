using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Names the cause of what was found in a trace.</summary>
public interface IDiagnosis
{
    /// <summary>The mistakes that explain what was found in a graph, the best first; empty where none does.</summary>
    /// <param name="trace">The graph.</param>
    /// <param name="findings">Its mistakes, none of them honest rounding.</param>
    IReadOnlyList<Explanation> Explain(GraphTrace trace, IReadOnlyList<GraphFinding> findings);

    /// <summary>The mistakes that explain what was found in a training run, the best first; empty where none does.</summary>
    /// <param name="trace">The run.</param>
    /// <param name="findings">Its mistakes, none of them honest rounding.</param>
    IReadOnlyList<Explanation> Explain(TrainingTrace trace, IReadOnlyList<TrainingFinding> findings);

    /// <summary>The mistakes that explain what an op gives, the best first; empty where none does.</summary>
    /// <param name="op">The op.</param>
    /// <param name="calls">Calls of it, right ones among them, with PyTorch's numbers beside ours.</param>
    IReadOnlyList<Explanation> Explain(Op op, IReadOnlyList<OpObservation> calls);

    /// <summary>What is known of a training run that no mistake of the catalogue explains.</summary>
    /// <param name="trace">The run.</param>
    /// <param name="findings">Its mistakes, none of them honest rounding.</param>
    IReadOnlyList<Fact> Known(TrainingTrace trace, IReadOnlyList<TrainingFinding> findings);
}

/// <summary>A mistake that explains a trace.</summary>
/// <param name="Fault">The fault's name in the catalogue of faults.</param>
/// <param name="Title">What it is, in a line.</param>
/// <param name="Fit">How much of the trace's recorded numbers it reproduces, from 0 to 1.</param>
/// <param name="Evidence">Why one may believe it, in words.</param>
public sealed record Explanation(string Fault, string Title, double Fit, string Evidence);
