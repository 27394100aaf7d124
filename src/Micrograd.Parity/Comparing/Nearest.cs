namespace Micrograd.Parity.Comparing;

/// <summary>Suggests the nearest known word for an unknown one.</summary>
internal static class Nearest
{
    private const int FarthestLetters = 3;

    /// <summary>A word that begins with as many letters as these is meant, however much of it is missing.</summary>
    private const int LeastOfAWord = 3;

    /// <summary>
    /// Ends a sentence about an unknown word: <c>; did you mean 'tanh'?</c>, or a full stop where no word is near. Of words that are equally
    /// near it names the one that is as long.
    /// </summary>
    /// <param name="written">The unknown word.</param>
    /// <param name="words">The known words.</param>
    /// <param name="farthest">Number of letters by which a word that is meant may differ.</param>
    public static string Ending(string written, IEnumerable<string> words, int farthest = FarthestLetters)
    {
        var all = words.ToList();
        var begun =
            written.TrimStart('-').Length < LeastOfAWord
                ? []
                : all.Where(word => word.StartsWith(written, StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        if (begun is [var only])
            return Asked(only);
        var near = all.MinBy(word => (Distance(written, word), Math.Abs(word.Length - written.Length)));
        return near is not null && Distance(written, near) <= Math.Min(farthest, (written.TrimStart('-').Length + 1) / 2) ? Asked(near) : ".";
    }

    private static string Asked(string word) => $"; did you mean '{word}'?";

    /// <summary>Edit distance with transpositions (Damerau–Levenshtein, optimal string alignment), ignoring case.</summary>
    private static int Distance(string a, string b)
    {
        (a, b) = (a.ToLowerInvariant(), b.ToLowerInvariant());
        var least = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    least[i, j] = i + j;
                    continue;
                }

                var changed = least[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                least[i, j] = Math.Min(changed, Math.Min(least[i - 1, j], least[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    least[i, j] = Math.Min(least[i, j], least[i - 2, j - 2] + 1);
            }
        }

        return least[a.Length, b.Length];
    }
}
