namespace Micrograd.Parity.Diff.Alignment;

/// <summary>Pairs elements of two sequences in order, so that the sum of the pairs' scores is greatest (Needleman and Wunsch).</summary>
internal static class SequenceAlignment
{
    /// <summary>The pairs, in order; elements that are left out have no partner.</summary>
    /// <param name="left">One sequence.</param>
    /// <param name="right">The other.</param>
    /// <param name="score">A pair's score; pairs of 0 and less are not made.</param>
    internal static List<(T Left, T Right)> Pairs<T>(IReadOnlyList<T> left, IReadOnlyList<T> right, Func<T, T, int> score)
    {
        var best = new int[left.Count + 1, right.Count + 1];
        for (var i = left.Count - 1; i >= 0; i--)
        {
            for (var j = right.Count - 1; j >= 0; j--)
            {
                var pair = score(left[i], right[j]);
                best[i, j] = Math.Max(Math.Max(best[i + 1, j], best[i, j + 1]), pair > 0 ? best[i + 1, j + 1] + pair : 0);
            }
        }

        var pairs = new List<(T, T)>();
        for (int i = 0, j = 0; i < left.Count && j < right.Count; )
        {
            var pair = score(left[i], right[j]);
            if (pair > 0 && best[i, j] == best[i + 1, j + 1] + pair)
                pairs.Add((left[i++], right[j++]));
            else if (best[i, j] == best[i + 1, j])
                i++;
            else
                j++;
        }

        return pairs;
    }
}
