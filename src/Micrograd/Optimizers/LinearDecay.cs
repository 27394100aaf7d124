namespace Micrograd;

/// <summary>
/// The lecture's schedule: initial − (drop · epoch) / epochs. With an initial rate of 1, a drop of 0.9 and 100 epochs it is micrograd's
/// <c>1.0 - 0.9*k/100</c>.
/// </summary>
public sealed class LinearDecay : Schedule
{
    private readonly double _drop;
    private readonly int _epochs;

    /// <summary>Makes the schedule.</summary>
    /// <param name="optimizer">Optimizer whose learning rate is set.</param>
    /// <param name="drop">Decrease of the learning rate over all epochs.</param>
    /// <param name="epochs">Number of epochs; at least 1.</param>
    public LinearDecay(Optimizer optimizer, double drop, int epochs)
        : base(optimizer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        _drop = drop;
        _epochs = epochs;
    }

    private protected override double Next(double last) => Initial - _drop * Epoch / _epochs;
}
