namespace Micrograd.Parity.Training;

/// <summary>
/// One side of a training run: makes one step after the other and returns the numbers of each. Used on the thread that began it.
/// </summary>
internal interface ITraining : IDisposable
{
    /// <summary>The parameters' places.</summary>
    ParameterLayout Layout { get; }

    /// <summary>State from which the next step starts: parameters, gradients, optimizer state.</summary>
    TrainingState State { get; }

    /// <summary>Makes one step.</summary>
    StepTrace Advance();

    /// <summary>Outputs of the network for one sample with the current parameters; null if the run has no network that can be evaluated.</summary>
    double[]? Predict(double[] inputs) => null;
}

/// <summary>PyTorch's side of a training run.</summary>
internal interface IMirrorTraining : ITraining
{
    /// <summary>Makes the next step start from ours. Schedules and the order of data go on by themselves.</summary>
    void Load(TrainingState state);

    /// <summary>
    /// Makes one step in which the given gradients replace the computed ones, once these are recorded: clipping and update then use the given ones,
    /// so that each phase can be compared by itself.
    /// </summary>
    /// <param name="gradients">Each parameter's gradient after the backward pass; null, or null for a parameter, to keep the computed one.</param>
    /// <param name="clipped">The same after clipping.</param>
    StepTrace Advance(double?[]? gradients, double?[]? clipped);
}
