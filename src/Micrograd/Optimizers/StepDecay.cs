namespace Micrograd;

/// <summary>PyTorch's <c>StepLR</c>, in its recursive form: every so many epochs the last rate times gamma.</summary>
public sealed class StepDecay : Schedule
{
    private readonly int _size;
    private readonly double _gamma;

    /// <summary>Makes the schedule.</summary>
    /// <param name="optimizer">Optimizer whose learning rate is set.</param>
    /// <param name="size">Number of epochs between two changes; at least 1.</param>
    /// <param name="gamma">Factor of the learning rate.</param>
    public StepDecay(Optimizer optimizer, int size, double gamma = 0.1)
        : base(optimizer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _size = size;
        _gamma = gamma;
    }

    private protected override double Next(double last) => Epoch % _size == 0 ? last * _gamma : last;
}
