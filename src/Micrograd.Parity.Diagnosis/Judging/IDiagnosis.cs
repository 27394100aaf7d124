using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Names the cause of the findings in a trace.</summary>
internal interface IDiagnosis
{
    /// <summary>Faults that explain the findings in a graph, best first; empty if none does.</summary>
    /// <param name="trace">The graph.</param>
    /// <param name="findings">Its mistakes, without benign rounding.</param>
    IReadOnlyList<Explanation> Explain(GraphTrace trace, IReadOnlyList<GraphFinding> findings);

    /// <summary>Faults that explain the findings in a training run, best first; empty if none does.</summary>
    /// <param name="trace">The run.</param>
    /// <param name="findings">Its mistakes, without benign rounding.</param>
    IReadOnlyList<Explanation> Explain(TrainingTrace trace, IReadOnlyList<TrainingFinding> findings);

    /// <summary>Faults that explain an op's numbers, best first; empty if none does.</summary>
    /// <param name="op">The op.</param>
    /// <param name="calls">Calls of the op, right ones included, with our numbers and PyTorch's.</param>
    IReadOnlyList<Explanation> Explain(Op op, IReadOnlyList<OpObservation> calls);

    /// <summary>Facts about a training run that no fault of the catalogue explains.</summary>
    /// <param name="trace">The run.</param>
    /// <param name="findings">Its mistakes, without benign rounding.</param>
    IReadOnlyList<Fact> Known(TrainingTrace trace, IReadOnlyList<TrainingFinding> findings);
}

/// <summary>A fault that explains a trace.</summary>
/// <param name="Fault">The fault's name in the catalogue of faults.</param>
/// <param name="Title">One-line description.</param>
/// <param name="Fit">Fit, from 0 to 1: wrong numbers that it reproduces, over all wrong numbers and the right ones that it would break.</param>
/// <param name="Evidence">Evidence for it, in words.</param>
internal sealed record Explanation(string Fault, string Title, double Fit, string Evidence)
{
    /// <summary>The explanation with its evidence, in a line.</summary>
    internal string Words => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Title} ({Fault}, fits {Fit:P0}): {Evidence}");
}
