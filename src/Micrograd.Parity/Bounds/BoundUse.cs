using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Bounds;

/// <summary>
/// Histogram of |ours − theirs| / width of the error bound: a bound of which little is ever used is too loose to find bugs.
/// </summary>
internal sealed class BoundUse
{
    /// <summary>The upper ends of the histogram's bins; the first one holds the differences of 0, the last one all of the bound.</summary>
    public static IReadOnlyList<double> BinEnds { get; } = [0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1];

    private readonly long[] _bins;

    /// <summary>An empty histogram.</summary>
    public BoundUse()
        : this(new long[BinEnds.Count], 0, 0) { }

    /// <summary>A histogram from its counts.</summary>
    /// <param name="bins">Number of numbers in each bin.</param>
    /// <param name="unbounded">Number of numbers without a bound, near a singularity or an overflow.</param>
    /// <param name="greatest">Largest fraction of a bound that a difference used.</param>
    public BoundUse(IReadOnlyList<long> bins, long unbounded, double greatest)
    {
        _bins = [.. bins];
        (Unbounded, Greatest) = (unbounded, greatest);
    }

    /// <summary>Number of numbers in each bin, by the fraction of the bound used.</summary>
    public IReadOnlyList<long> Bins => _bins;

    /// <summary>Number of numbers without a bound.</summary>
    public long Unbounded { get; private set; }

    /// <summary>Largest fraction of a bound that a difference used.</summary>
    public double Greatest { get; private set; }

    /// <summary>Number of numbers counted.</summary>
    public long Count => _bins.Sum() + Unbounded;

    /// <summary>Sum of histograms.</summary>
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

    /// <summary>Counts one number: both sides, and the bound on both.</summary>
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
