namespace Micrograd.Parity.Recording;

/// <summary>The elements that stand for a tensor in its statistics, spread evenly over it.</summary>
internal static class EvenSample
{
    /// <summary>Number of them, of so many elements: all, or 64.</summary>
    internal static int Size(long elements) => (int)Math.Min(elements, 64);

    /// <summary>The place in the tensor of one of them.</summary>
    internal static long Place(int i, long elements) => elements < 2 ? 0 : (long)((Int128)i * (elements - 1) / (Size(elements) - 1));
}
