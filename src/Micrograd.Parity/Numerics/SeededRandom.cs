namespace Micrograd.Parity.Numerics;

/// <summary>
/// A generator whose numbers depend on a seed and an index alone (SplitMix64), independent of the runtime and of other generators.
/// </summary>
internal sealed class SeededRandom
{
    private ulong _state;

    /// <summary>Makes the generator of one index of a seed.</summary>
    public SeededRandom(long seed, long index = 0)
    {
        _state = (ulong)seed;
        _state = NextBits() ^ (ulong)index;
        _state = NextBits();
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number from 0 to below a limit.</summary>
    public int Next(int maxValue) => Next(0, maxValue);

    /// <summary>A whole number from a least one to below a limit.</summary>
    public int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        var count = (ulong)((long)maxValue - minValue);
        return (int)(minValue + (long)Math.BigMul(NextBits(), count, out _));
    }

    /// <summary>A number from 0 to below 1, a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with the given probability.</summary>
    public bool Chance(double chance) => NextDouble() < chance;

    /// <summary>One of several.</summary>
    public T OneOf<T>(IReadOnlyList<T> items)
    {
        return items[Next(items.Count)];
    }
}
