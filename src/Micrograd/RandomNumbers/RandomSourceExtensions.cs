namespace Micrograd;

/// <summary>Distributions and orders drawn from any stream of random numbers.</summary>
public static class RandomSourceExtensions
{
    /// <summary>
    /// Shuffles in place, from the last element down, each changing places with one at or before it: the order in which Python's
    /// <c>random.shuffle</c> and NumPy's <c>RandomState.shuffle</c> draw.
    /// </summary>
    public static void Shuffle<T>(this IRandomSource random, Span<T> items)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = random.Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>The numbers from 0 to <paramref name="count"/> − 1 in random order.</summary>
    public static int[] Permutation(this IRandomSource random, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var order = new int[count];
        for (var i = 0; i < count; i++)
            order[i] = i;
        random.Shuffle<int>(order);
        return order;
    }
}
