namespace Micrograd.Parity.Training;

/// <summary>
/// One side of a training run: makes one step after the other and tells what each computed. Used on the thread that began it.
/// </summary>
public interface ITraining : IDisposable
{
    /// <summary>The parameters' places.</summary>
    ParameterLayout Layout { get; }

    /// <summary>What the next step starts from.</summary>
    TrainingState State { get; }

    /// <summary>Makes one step.</summary>
    StepTrace Advance();

    /// <summary>What the network answers for one sample with the parameters as they are; null where there is none that can be asked.</summary>
    double[]? Predict(double[] inputs) => null;
}

/// <summary>PyTorch's side of a training run.</summary>
public interface IMirrorTraining : ITraining
{
    /// <summary>Makes the next step start from ours. Schedules and the order of data go on by themselves.</summary>
    void Load(TrainingState state);

    /// <summary>
    /// Makes one step in which what is given takes the place of the gradients, once they are noted: clipping and update are then those of
    /// the given ones, and what was computed before can be judged by itself.
    /// </summary>
    /// <param name="gradients">Each parameter's gradient after the backward pass; null, or null for a parameter, where it stays.</param>
    /// <param name="clipped">The same after clipping.</param>
    StepTrace Advance(double?[]? gradients, double?[]? clipped);
}
