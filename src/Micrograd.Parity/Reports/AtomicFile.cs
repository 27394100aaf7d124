namespace Micrograd.Parity.Reports;

/// <summary>Writes a file whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes the text beside its place, then moves it there: an interruption or a full disk leaves the old file as it was. A device, such
    /// as <c>/dev/stdout</c>, is written to as it is.
    /// </summary>
    public static void Write(string path, string text)
    {
        var full = Path.GetFullPath(path);
        if (full.StartsWith("/dev/", StringComparison.Ordinal))
        {
            File.WriteAllText(full, text);
            return;
        }

        var temporary = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllText(temporary, text);
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
