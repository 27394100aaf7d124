using System.Globalization;
using System.Security;
using System.Text;

namespace Micrograd.Parity.Inputs;

/// <summary>Files that are read: folders, files that are too long and what cannot be read are refused in a sentence that names the file.</summary>
internal static class InputFile
{
    /// <summary>Size in bytes of the longest document that is read whole.</summary>
    public const int LongestDocument = 64 << 20;

    private static volatile string? s_waitsFor;

    /// <summary>The file that is being opened or read whole at the moment; null if none is. A pipe without a writer keeps a reader waiting.</summary>
    public static string? WaitsFor => s_waitsFor;

    /// <summary>Opens a file that is read piece by piece.</summary>
    /// <exception cref="InputFileException">It cannot be read.</exception>
    public static Stream Open(string path) =>
        Guarded(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16));

    /// <summary>Reads a document, in UTF-8, whole.</summary>
    /// <exception cref="InputFileException">It cannot be read, is too long or is not UTF-8.</exception>
    public static string ReadText(string path) => Guarded(path, () =>
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
            if (file.CanSeek && file.Length > LongestDocument)
                throw TooLong(path, file.Length);
            var bytes = new MemoryStream();
            var piece = new byte[1 << 16];
            for (int read; (read = file.Read(piece)) > 0; bytes.Write(piece, 0, read))
            {
                if (bytes.Length + read > LongestDocument)
                    throw TooLong(path, null);
            }

            var text = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(
                text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text
            );
        });

    /// <summary>The reason why a path is none of a folder, as a sentence.</summary>
    public static string WhyNoFolder(string path) =>
        new FileInfo(path).LinkTarget is not null ? "this link leads to no folder."
        : File.Exists(path) ? "this is a file."
        : "there is no such folder.";

    private static InputFileException TooLong(string path, long? length) =>
        new(
            $"{path}: the file has {(length is { } bytes ? bytes.ToString("N0", CultureInfo.InvariantCulture) : "too many")} bytes, "
                + $"and documents of at most {LongestDocument >> 20} MiB are read."
        );

    private static T Guarded<T>(string path, Func<T> read)
    {
        if (Directory.Exists(path))
            throw new InputFileException($"{path}: this is a folder. Name a file.");
        s_waitsFor = path;
        try
        {
            return read();
        }
        catch (FileNotFoundException e)
        {
            throw new InputFileException($"{path}: there is no such file.", e);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new InputFileException($"{path}: there is no such folder.", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new InputFileException($"{path}: this is not a text in UTF-8.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or SecurityException)
        {
            throw new InputFileException($"{path}: {Reason(e, path)}", e);
        }
        finally
        {
            s_waitsFor = null;
        }
    }

    /// <summary>The system's words without the path, which the message begins with.</summary>
    internal static string Reason(Exception e, string path) =>
        e
            .Message.Replace($" : '{Path.GetFullPath(path)}'", "", StringComparison.Ordinal)
            .Replace($" '{Path.GetFullPath(path)}'", "", StringComparison.Ordinal)
            .Replace($" '{path}'", "", StringComparison.Ordinal);
}
