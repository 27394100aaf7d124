using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>Begins a training run on the model engine.</summary>
/// <param name="spec">Specification of the run, without a planted fault.</param>
/// <param name="layout">Layout of the parameters.</param>
/// <param name="start">Initial parameters.</param>
/// <param name="model">The rules of the engine.</param>
/// <param name="loop">The rules of the loop.</param>
internal delegate ModelTraining ModelTrainingMaker(TrainingSpec spec, ParameterLayout layout, double[] start, ModelRules model, LoopRules loop);

/// <summary>A form of a fault with what was found for it in a trace: which layer, how many micro-batches, which order.</summary>
/// <param name="Says">What was found, in words.</param>
/// <param name="Loop">Rules of the training loop with the fault planted in this form.</param>
internal sealed record FaultVariant(string Says, LoopRules Loop);

/// <summary>Clues in the trace of a training run to faults that have a number, a layer or an order to be found.</summary>
/// <param name="trace">The run.</param>
/// <param name="steps">The recorded steps that are looked at.</param>
/// <param name="first">Index of the first wrong one among them.</param>
/// <param name="make">Begins a run by the rules without the fault: the right ones, or those of another fault that is known.</param>
internal sealed class TrainingClues(TrainingTrace trace, IReadOnlyList<PartialStep> steps, int first, Func<ModelTraining> make)
{
    private readonly Lazy<(ModelTraining Run, double[] Before, StepTrace Step)> _right = new(() =>
    {
        var run = make();
        double[] before;
        StepTrace step;
        do
        {
            before = [.. run.Parameters];
            step = run.Advance();
        } while (run.Number <= steps[first].Step);
        return (run, before, step);
    });

    /// <summary>Specification of the run.</summary>
    public TrainingSpec Spec => trace.Spec;

    /// <summary>Layout of the parameters.</summary>
    public ParameterLayout Layout => trace.Layout;

    /// <summary>Indices of the parameters in the flat list.</summary>
    public NetworkShape Shape { get; } = new(trace.Spec.Sizes, trace.Spec.Bias);

    /// <summary>Numbers of the first wrong step as recorded.</summary>
    public PartialStep Recorded => steps[first];

    /// <summary>Numbers of the first wrong step without a fault.</summary>
    public StepTrace Right => _right.Value.Step;

    /// <summary>Parameters before the first wrong step.</summary>
    public double[] Before => _right.Value.Before;

    /// <summary>The run without a fault, after its first wrong step.</summary>
    public ModelTraining Run => _right.Value.Run;

    /// <summary>True if all recorded numbers of the first wrong step are float32 numbers.</summary>
    public bool IsSingle { get; } =
        (steps[first].Gradients ?? [])
            .Concat(steps[first].Outputs?.Select(x => (double?)x) ?? [])
            .All(x => x is not { } number || number == (float)number);

    /// <summary>True if the first wrong step is wrong from one of these phases on, as far as was recorded, or may be.</summary>
    public bool IsFrom(params ReadOnlySpan<TrainingPhase> phases)
    {
        var phase =
            !Near(Recorded.Outputs?.Select(x => (double?)x), Right.Outputs.Select(x => (double?)x)) ? TrainingPhase.Forward
            : !Near([Recorded.Loss], [Right.Loss]) ? TrainingPhase.Loss
            : !Near(Recorded.Gradients, Right.Gradients) ? TrainingPhase.Backward
            : !Near(Recorded.Clipped, Right.Clipped ?? []) ? TrainingPhase.Clip
            : TrainingPhase.Update;
        return phases.Contains(phase)
            || (phase == TrainingPhase.Update && Recorded.Gradients is null && phases.Contains(TrainingPhase.Backward))
            || (phase == TrainingPhase.Loss && Recorded.Outputs is null && phases.Contains(TrainingPhase.Forward));
    }

    private static bool Near(IEnumerable<double?>? recorded, IEnumerable<double?> right)
    {
        var greatest = right.Select(r => Math.Abs(r ?? 0)).DefaultIfEmpty(0).Max();
        return recorded is null || recorded.Zip(right).All(n => n.First is not { } number || Math.Abs(number - (n.Second ?? 0)) <= 1e-5 * greatest);
    }

    /// <summary>Runs the recorded steps without a fault, each from the parameters that the trace recorded before it, as long as it has them.</summary>
    public IEnumerable<(PartialStep Recorded, ModelTraining Run)> Guided()
    {
        using var run = make();
        foreach (var step in steps)
        {
            if (step.Step != run.Number)
                yield break;
            run.Advance();
            yield return (step, run);
            if (step.Parameters is not { } parameters || Array.Exists(parameters, p => p is null))
                yield break;
            for (var i = 0; i < parameters.Length; i++)
                run.Parameters[i] = parameters[i]!.Value;
        }
    }
}
