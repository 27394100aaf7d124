using System.Text;

namespace Micrograd;

/// <summary>Writes a file whole or not at all.</summary>
internal static class WholeFile
{
    /// <summary>
    /// Writes beside the file's place, down to the disk, and moves there, so that an interruption or a full disk leaves the old file as it
    /// was. A device, such as <c>/dev/stdout</c>, is written to as it is.
    /// </summary>
    internal static void Write(string path, byte[] bytes) => Write(path, stream => stream.Write(bytes));

    /// <summary>The same for a text, in UTF-8.</summary>
    internal static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>The same for what is written piece by piece.</summary>
    internal static void Write(string path, Action<Stream> write)
    {
        var full = Path.GetFullPath(path);
        if (full.StartsWith("/dev/", StringComparison.Ordinal))
        {
            using var device = new FileStream(full, FileMode.Open, FileAccess.Write);
            write(device);
            return;
        }

        var temporary = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception e)
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
            if (!e.Message.Contains(temporary, StringComparison.Ordinal))
                throw;
            var message = e.Message.Replace(temporary, full, StringComparison.Ordinal);
            throw e switch
            {
                UnauthorizedAccessException => new UnauthorizedAccessException(message, e),
                DirectoryNotFoundException => new DirectoryNotFoundException(message, e),
                _ => new IOException(message, e),
            };
        }
    }
}
