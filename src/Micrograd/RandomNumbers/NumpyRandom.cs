using System.Numerics;

namespace Micrograd;

/// <summary>
/// The numbers of NumPy's <c>RandomState</c> after <c>np.random.seed(seed)</c>, whose streams NumPy has frozen: what scikit-learn and
/// most older notebooks draw from.
/// </summary>
public sealed class NumpyRandom : IRandomSource
{
    private readonly MersenneTwister _twister;
    private double? _spare;

    /// <summary>Starts the stream of <c>np.random.seed(seed)</c>.</summary>
    public NumpyRandom(uint seed) => _twister = new MersenneTwister(seed);

    /// <summary><c>random_sample()</c>.</summary>
    public double NextDouble() => _twister.NextDouble();

    /// <summary><c>uniform(low, high)</c>: low + (high − low) · random_sample().</summary>
    public double Uniform(double low, double high) => low + (high - low) * NextDouble();

    /// <summary><c>normal(mean, deviation)</c>: Marsaglia's polar method, whose second number the next call returns.</summary>
    public double Normal(double mean, double deviation)
    {
        if (_spare is { } spare)
        {
            _spare = null;
            return mean + deviation * spare;
        }

        double x,
            y,
            square;
        do
        {
            x = 2 * NextDouble() - 1;
            y = 2 * NextDouble() - 1;
            square = x * x + y * y;
        } while (square >= 1 || square == 0);
        var factor = Math.Sqrt(-2 * Math.Log(square) / square);
        _spare = factor * x;
        return mean + deviation * (factor * y);
    }

    /// <summary>
    /// The number that <c>shuffle</c> and <c>permutation</c> draw: as many bits as bound − 1 has, drawn again while they are too great.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int Below(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        if (bound == 1)
            return 0;
        var greatest = (uint)bound - 1;
        var mask = uint.MaxValue >> BitOperations.LeadingZeroCount(greatest);
        uint drawn;
        do
        {
            drawn = _twister.Next() & mask;
        } while (drawn > greatest);
        return (int)drawn;
    }
}
