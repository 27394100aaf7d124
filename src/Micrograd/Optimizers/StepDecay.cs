namespace Micrograd;

/// <summary>PyTorch's <c>StepLR</c>, in its recursive form: every so many epochs the last rate times gamma.</summary>
public sealed class StepDecay : Schedule
{
    private readonly int _size;
    private readonly double _gamma;

    /// <summary>Makes the schedule.</summary>
    /// <param name="optimizer">Whose learning rate it sets.</param>
    /// <param name="size">How many epochs share a rate; at least 1.</param>
    /// <param name="gamma">What the rate is multiplied by.</param>
    public StepDecay(Optimizer optimizer, int size, double gamma = 0.1)
        : base(optimizer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _size = size;
        _gamma = gamma;
    }

    private protected override double Next(double last) => Epoch % _size == 0 ? last * _gamma : last;
}
