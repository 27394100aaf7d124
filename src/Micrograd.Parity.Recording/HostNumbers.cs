using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Micrograd.Parity.Recording;

/// <summary>Numbers that are to be recorded, row-major, where the processor reads them.</summary>
internal abstract class HostNumbers : IDisposable
{
    /// <summary>Number of elements of a part that is summed by itself, which makes sums independent of the number of threads.</summary>
    private const int Block = 1 << 17;

    /// <summary>Number of blocks from which on several threads are worth their start.</summary>
    private const int ParallelBlocks = 16;

    /// <summary>Number of elements that are read at once.</summary>
    private const int Piece = 1 << 26;

    /// <summary>Number of elements.</summary>
    internal abstract long Count { get; }

    /// <summary>Number of bytes of an element.</summary>
    internal abstract int ElementSize { get; }

    /// <summary>Number of bytes.</summary>
    internal long Bytes => Count * ElementSize;

    public abstract void Dispose();

    internal (Statistics Statistics, double[] Sample) Summary()
    {
        if (AsDoubles() is not { } doubles)
            return (Statistics(), Sample());
        using (doubles)
            return (doubles.Statistics(), doubles.Sample());
    }

    internal string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Read(hash.AppendData);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    /// <summary>Gives all bytes, piece by piece.</summary>
    internal void Read(Action<ReadOnlySpan<byte>> reader)
    {
        for (var start = 0L; start < Count; start += Piece)
            reader(Span(start, Math.Min(Count, start + Piece)));
    }

    internal bool HasBytesOf(HostNumbers other)
    {
        if (Count != other.Count || ElementSize != other.ElementSize)
            return false;
        for (var start = 0L; start < Count; start += Piece)
        {
            var end = Math.Min(Count, start + Piece);
            if (!Span(start, end).SequenceEqual(other.Span(start, end)))
                return false;
        }

        return true;
    }

    /// <summary>The same numbers as doubles; null if they are doubles or floats already.</summary>
    protected abstract HostNumbers? AsDoubles();

    /// <summary>The bytes of some elements, where they lie.</summary>
    protected abstract ReadOnlySpan<byte> Span(long start, long end);

    private Statistics Statistics()
    {
        var blocks = (int)((Count + Block - 1) / Block);
        if (blocks < ParallelBlocks)
            return Enumerable.Range(0, Math.Max(1, blocks)).Select(StatisticsOf).Aggregate((all, part) => all.And(part));
        var parts = new Statistics[blocks];
        Parallel.For(0, blocks, i => parts[i] = StatisticsOf(i));
        return parts.Aggregate((all, part) => all.And(part));
    }

    private Statistics StatisticsOf(int block)
    {
        var start = (long)block * Block;
        var bytes = Span(start, Math.Min(Count, start + Block));
        return ElementSize == sizeof(float)
            ? Recording.Statistics.Of(MemoryMarshal.Cast<byte, float>(bytes))
            : Recording.Statistics.Of(MemoryMarshal.Cast<byte, double>(bytes));
    }

    /// <summary>Elements spread over all of them.</summary>
    private double[] Sample()
    {
        var sample = new double[EvenSample.Size(Count)];
        var all = Count <= Piece ? Span(0, Count) : default;
        for (var i = 0; i < sample.Length; i++)
        {
            var place = EvenSample.Place(i, Count);
            var element = all.IsEmpty ? Span(place, place + 1) : all[(int)(place * ElementSize)..];
            sample[i] = ElementSize == sizeof(float) ? MemoryMarshal.Read<float>(element) : MemoryMarshal.Read<double>(element);
        }

        return sample;
    }
}

/// <summary>Doubles of an array.</summary>
internal sealed class HostArray(double[] numbers) : HostNumbers
{
    internal override long Count => numbers.Length;

    internal override int ElementSize => sizeof(double);

    public override void Dispose() { }

    protected override HostNumbers? AsDoubles() => null;

    protected override ReadOnlySpan<byte> Span(long start, long end) => MemoryMarshal.AsBytes(numbers.AsSpan((int)start, (int)(end - start)));
}
