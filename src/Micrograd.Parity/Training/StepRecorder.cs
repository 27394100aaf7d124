namespace Micrograd.Parity.Training;

/// <summary>Records one step's numbers while the step runs.</summary>
internal abstract class StepRecorder
{
    private StepTrace? _noted;

    private protected StepRecorder() { }

    /// <summary>The step, counted from 0.</summary>
    public int Number { get; private set; }

    private protected void Note(double[] outputs, double loss, double?[] gradients, double learningRate) =>
        _noted = new StepTrace(outputs, loss, gradients, null, learningRate, new TrainingState([], [], []));

    private protected void NoteClipped(double?[] gradients) => _noted = Noted with { Clipped = gradients };

    internal StepTrace Finish(TrainingState after)
    {
        var step = Noted with { After = after };
        _noted = null;
        Number++;
        return step;
    }

    private StepTrace Noted => _noted ?? throw new InvalidOperationException($"Step {Number} did not note its backward pass.");
}
