namespace Micrograd.Parity.Diff.Recordings;

/// <summary>Large tensors are read and computed piece by piece, so that memory does not grow with them.</summary>
internal static class Pieces
{
    /// <summary>Number of elements of a piece of numbers that are looked at one by one.</summary>
    internal const long Size = 1 << 16;

    /// <summary>The pieces of so many elements, the last of which may be shorter; none of none.</summary>
    internal static IEnumerable<(long Start, long Count)> Of(long elements, long size = Size)
    {
        for (long start = 0; start < elements; start += size)
            yield return (start, Math.Min(size, elements - start));
    }
}
