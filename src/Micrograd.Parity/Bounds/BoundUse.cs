using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Bounds;

/// <summary>
/// What share of their bounds the differences between two sides used: a bound that is hardly ever used is too loose to find anything.
/// </summary>
public sealed class BoundUse
{
    /// <summary>The upper ends of the histogram's bins; the first one holds the differences of 0, the last one all of the bound.</summary>
    public static IReadOnlyList<double> BinEnds { get; } = [0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1];

    private readonly long[] _bins;

    /// <summary>Nothing yet.</summary>
    public BoundUse()
        : this(new long[BinEnds.Count], 0, 0) { }

    /// <summary>As it was counted.</summary>
    /// <param name="bins">How many numbers each bin holds.</param>
    /// <param name="unbounded">How many numbers had no bound, next to a singularity or an overflow.</param>
    /// <param name="greatest">The greatest share.</param>
    public BoundUse(IReadOnlyList<long> bins, long unbounded, double greatest)
    {
        _bins = [.. bins];
        (Unbounded, Greatest) = (unbounded, greatest);
    }

    /// <summary>How many numbers used so much of their bound, by bin.</summary>
    public IReadOnlyList<long> Bins => _bins;

    /// <summary>How many numbers have no bound.</summary>
    public long Unbounded { get; private set; }

    /// <summary>The greatest share.</summary>
    public double Greatest { get; private set; }

    /// <summary>How many numbers were counted.</summary>
    public long Count => _bins.Sum() + Unbounded;

    /// <summary>All together.</summary>
    public static BoundUse Total(IEnumerable<BoundUse> all)
    {
        var total = new BoundUse();
        foreach (var use in all)
        {
            for (var i = 0; i < total._bins.Length; i++)
                total._bins[i] += use._bins[i];
            total.Unbounded += use.Unbounded;
            total.Greatest = Math.Max(total.Greatest, use.Greatest);
        }

        return total;
    }

    /// <summary>Counts one number: both sides, and what is admissible.</summary>
    internal void Add(double ours, double theirs, Enclosure bound)
    {
        if (!bound.IsBounded)
        {
            Unbounded++;
            return;
        }

        var share = ours == theirs || double.IsNaN(ours) ? 0 : Math.Abs(ours - theirs) / bound.Width;
        Greatest = Math.Max(Greatest, share);
        var bin = 0;
        while (bin < BinEnds.Count - 1 && share > BinEnds[bin])
            bin++;
        _bins[bin]++;
    }
}
