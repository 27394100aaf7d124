namespace Micrograd.Parity.Running;

/// <summary>Finds what somebody may have meant.</summary>
public static class Nearest
{
    private const int FarthestLetters = 3;

    /// <summary>A question to add to a message, with a blank before it; empty where no word is near.</summary>
    public static string Question(string written, IEnumerable<string> words)
    {
        var near = words.MinBy(word => Distance(written, word));
        var farthest = Math.Min(FarthestLetters, (written.TrimStart('-').Length + 1) / 2);
        return near is not null && Distance(written, near) <= farthest ? $" Did you mean '{near}'?" : "";
    }

    /// <summary>How many letters must be changed, added or removed to turn one word into the other.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
