using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>A training run that an engine recorded. Lists by parameter follow <see cref="Layout"/>; a number that was not recorded is null.</summary>
/// <param name="Spec">Specification in the trace's header.</param>
/// <param name="Run">The run that this describes, on the engine and on PyTorch.</param>
/// <param name="Layout">Layout of the parameters.</param>
/// <param name="Initial">Each parameter before the first step; those that the header leaves out are as the specification draws them.</param>
/// <param name="Steps">The recorded steps in their order; steps may be left out.</param>
internal sealed record TrainingTrace(TrainingSpec Spec, TrainingRun Run, ParameterLayout Layout, double[] Initial, IReadOnlyList<PartialStep> Steps);

/// <summary>Recorded numbers of one training step.</summary>
/// <param name="Step">The step, counted from 0.</param>
/// <param name="Line">Its line in the file, counted from 1.</param>
public sealed record PartialStep(int Step, int Line)
{
    /// <summary>The loss.</summary>
    public double? Loss { get; init; }

    /// <summary>The network's outputs, sample by sample.</summary>
    public double[]? Outputs { get; init; }

    /// <summary>Each parameter's gradient as the backward pass left it.</summary>
    public double?[]? Gradients { get; init; }

    /// <summary>Each parameter's gradient after clipping.</summary>
    public double?[]? Clipped { get; init; }

    /// <summary>The learning rate of the update.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Each parameter after the update.</summary>
    public double?[]? Parameters { get; init; }

    /// <summary>Optimizer state after the update, by PyTorch's name (<c>exp_avg</c>), each a list by parameter.</summary>
    public IReadOnlyDictionary<string, double?[]> Optimizer { get; init; } = new Dictionary<string, double?[]>();

    /// <summary>Creates a step of which everything was recorded.</summary>
    internal static PartialStep Whole(int number, StepTrace step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return new PartialStep(number, 0)
        {
            Loss = step.Loss,
            Outputs = step.Outputs,
            Gradients = step.Gradients,
            Clipped = step.Clipped,
            LearningRate = double.IsNaN(step.LearningRate) ? null : step.LearningRate,
            Parameters = Array.ConvertAll(step.After.Parameters, x => (double?)x),
            Optimizer = step.After.Optimizer.ToDictionary(m => m.Name, m => Array.ConvertAll(m.Values, x => (double?)x)),
        };
    }
}
