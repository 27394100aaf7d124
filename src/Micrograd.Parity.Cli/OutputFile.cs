using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli;

/// <summary>Files that commands write, whole or not at all; what cannot be written is told as the user's to put right.</summary>
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

    internal static void Write(FileInfo file, string text) => Try(file.FullName, () => AtomicFile.Write(file.FullName, text));

    internal static void MakeFolder(DirectoryInfo folder) => Try(folder.FullName, folder.Create);

    private static void Try(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write {path}: {e.Message}", e);
        }
    }
}
