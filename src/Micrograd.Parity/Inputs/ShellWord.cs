namespace Micrograd.Parity.Inputs;

/// <summary>Words of commands that are shown: they can be pasted into a shell.</summary>
internal static class ShellWord
{
    private const string Special = "$`\"\\!";

    /// <summary>A word as a shell reads it: as it is, or in quotation marks.</summary>
    public static string Of(string word) =>
        word.Any(Special.Contains) ? $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'"
        : word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "_@%+=:,./-~".Contains(c, StringComparison.Ordinal)) ? word
        : $"\"{word}\"";
}
