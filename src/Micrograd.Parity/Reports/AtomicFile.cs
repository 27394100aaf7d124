using System.Text;

namespace Micrograd.Parity.Reports;

/// <summary>Writes a text file whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes the text, in UTF-8, beside its place, then moves it there: an interruption or a full disk leaves the old file as it was. A
    /// device, such as <c>/dev/stdout</c>, is written to as it is.
    /// </summary>
    public static void Write(string path, string text) => WholeFile.Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>The same for what is written piece by piece.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        WholeFile.Write(path, write);
    }
}
