using System.Numerics;

namespace Micrograd;

/// <summary>
/// The numbers of Python's <c>random</c> module after <c>random.seed(seed)</c>, bit for bit (CPython 3.2 and later), so that weights come
/// out as micrograd's Python draws them.
/// </summary>
public sealed class PythonRandom : IRandomSource
{
    private readonly MersenneTwister _twister;
    private double? _spare;

    /// <summary>Starts the stream of <c>random.seed(seed)</c>. As in Python a seed and its negative start the same stream.</summary>
    public PythonRandom(long seed)
    {
        var magnitude = seed < 0 ? 0 - (ulong)seed : (ulong)seed;
        var high = (uint)(magnitude >> 32);
        _twister = new MersenneTwister(high == 0 ? [(uint)magnitude] : [(uint)magnitude, high]);
    }

    /// <summary><c>random.random()</c>.</summary>
    public double NextDouble() => _twister.NextDouble();

    /// <summary><c>random.uniform(low, high)</c>: low + (high − low) · random().</summary>
    public double Uniform(double low, double high) => low + (high - low) * NextDouble();

    /// <summary><c>random.gauss(mean, deviation)</c>: the method of Box and Muller, whose second number the next call returns.</summary>
    public double Normal(double mean, double deviation)
    {
        if (_spare is not { } z)
        {
            var angle = NextDouble() * (2 * Math.PI);
            var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
            z = Math.Cos(angle) * radius;
            _spare = Math.Sin(angle) * radius;
        }
        else
        {
            _spare = null;
        }

        return mean + z * deviation;
    }

    /// <summary><c>random.randrange(bound)</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int Below(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var unused = BitOperations.LeadingZeroCount((uint)bound);
        uint drawn;
        do
        {
            drawn = _twister.Next() >> unused;
        } while (drawn >= (uint)bound);
        return (int)drawn;
    }
}
