namespace Micrograd.Parity.Reports;

/// <summary>Writes a file whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes the text beside its place, then moves it there: an interruption or a full disk leaves the old file as it was. A device, such
    /// as <c>/dev/stdout</c>, is written to as it is.
    /// </summary>
    public static void Write(string path, string text) => WriteTo(path, file => File.WriteAllText(file, text));

    /// <summary>The same for what is written piece by piece.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        WriteTo(path, file =>
        {
            using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
            write(stream);
        });
    }

    private static void WriteTo(string path, Action<string> write)
    {
        var full = Path.GetFullPath(path);
        if (full.StartsWith("/dev/", StringComparison.Ordinal))
        {
            write(full);
            return;
        }

        var temporary = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            write(temporary);
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
