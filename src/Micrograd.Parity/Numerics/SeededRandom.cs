namespace Micrograd.Parity.Numerics;

/// <summary>
/// A generator whose numbers depend on a seed and an index alone: SplitMix64, whatever the runtime and however many others ran before.
/// </summary>
public sealed class SeededRandom : Random
{
    private ulong _state;

    /// <summary>Makes the generator of one index of a seed.</summary>
    public SeededRandom(long seed, long index)
        : base(0)
    {
        _state = (ulong)seed;
        _state = Draw() ^ (ulong)index;
        _state = Draw();
    }

    /// <inheritdoc/>
    public override int Next() => Next(int.MaxValue);

    /// <inheritdoc/>
    public override int Next(int maxValue) => Next(0, maxValue);

    /// <inheritdoc/>
    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        var count = (ulong)((long)maxValue - minValue);
        return (int)(minValue + (long)Math.BigMul(Draw(), count, out _));
    }

    /// <inheritdoc/>
    public override double NextDouble() => Sample();

    /// <summary>Whether something of a given chance happens.</summary>
    public bool Chance(double chance) => Sample() < chance;

    /// <summary>One of several.</summary>
    public T OneOf<T>(IReadOnlyList<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items[Next(items.Count)];
    }

    /// <inheritdoc/>
    protected override double Sample() => (Draw() >> 11) * (1.0 / (1UL << 53));

    private ulong Draw()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
