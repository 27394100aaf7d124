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
}
