using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli;

/// <summary>A file that the user asked for.</summary>
internal static class OutputFile
{
    /// <summary>Told before the work, not after it.</summary>
    internal static void CheckWritable(FileInfo file)
    {
        if (Directory.Exists(file.FullName))
            throw new UsageException($"cannot write {file.FullName}: it is a folder. Name a file.");
        if (file.Directory is not { Exists: true })
            throw new UsageException($"cannot write {file.FullName}: there is no folder {file.DirectoryName}.");
    }

    internal static void Write(FileInfo file, string text)
    {
        try
        {
            AtomicFile.Write(file.FullName, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write {file.FullName}: {e.Message}", e);
        }
    }
}
