using System.CommandLine;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli;

/// <summary>A file that the user wants written.</summary>
internal static class OutputFile
{
    internal static Option<FileInfo?> Json => new("--json") { Description = "Write the results to this file as one JSON document." };

    /// <summary>Told before the work, not after it.</summary>
    internal static void CheckWritable(FileInfo? file)
    {
        if (file is null)
            return;
        if (Directory.Exists(file.FullName))
            throw new UsageException($"cannot write {file.FullName}: it is a folder. Name a file.");
        if (file.Directory is not { Exists: true })
            throw new UsageException($"cannot write {file.FullName}: there is no folder {file.DirectoryName}.");
    }

    internal static void Write(FileInfo file, string text) => Write(file, path => AtomicFile.Write(path, text));

    internal static void Write(FileInfo file, Action<string> write)
    {
        try
        {
            write(file.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write {file.FullName}: {e.Message}", e);
        }
    }
}
