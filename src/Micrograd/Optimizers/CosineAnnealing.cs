namespace Micrograd;

/// <summary>
/// PyTorch's <c>CosineAnnealingLR</c>, in its recursive form (each rate from the last one): along half a cosine from the initial rate
/// down to the least, and up again.
/// </summary>
public sealed class CosineAnnealing : Schedule
{
    private readonly int _period;
    private readonly double _least;

    /// <summary>Makes the schedule.</summary>
    /// <param name="optimizer">Optimizer whose learning rate is set.</param>
    /// <param name="period">Number of epochs from the maximum to the minimum; at least 1.</param>
    /// <param name="least">The least rate.</param>
    public CosineAnnealing(Optimizer optimizer, int period, double least = 0)
        : base(optimizer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        _period = period;
        _least = least;
    }

    private protected override double Next(double last)
    {
        // At the bottom the last rate is the least one, and a quotient would divide 0 by 0.
        if ((Epoch - 1 - _period) % (2 * _period) == 0)
            return last + (Initial - _least) * (1 - Math.Cos(Math.PI / _period)) / 2;
        return (1 + Math.Cos(Math.PI * Epoch / _period)) / (1 + Math.Cos(Math.PI * (Epoch - 1) / _period)) * (last - _least) + _least;
    }
}
