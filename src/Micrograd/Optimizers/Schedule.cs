namespace Micrograd;

/// <summary>
/// Sets an optimizer's learning rate after each epoch. As in PyTorch a schedule starts at the optimizer's learning rate, and
/// <see cref="Step"/> is called after the optimizer's own step.
/// </summary>
public abstract class Schedule
{
    private readonly Optimizer _optimizer;

    private protected Schedule(Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        _optimizer = optimizer;
        Initial = optimizer.LearningRate;
    }

    /// <summary>Number of finished epochs.</summary>
    public int Epoch { get; private set; }

    /// <summary>The learning rate of the first epoch.</summary>
    public double Initial { get; }

    /// <summary>Ends an epoch: sets the learning rate of the next one.</summary>
    public void Step()
    {
        Epoch++;
        _optimizer.LearningRate = Next(_optimizer.LearningRate);
    }

    /// <summary>The learning rate of <see cref="Epoch"/>.</summary>
    /// <param name="last">That of the epoch before.</param>
    private protected abstract double Next(double last);
}
