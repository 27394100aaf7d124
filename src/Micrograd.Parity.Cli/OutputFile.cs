using System.CommandLine;
using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Cli;

/// <summary>Files that commands write, whole or not at all; what cannot be written is told as the user's to put right.</summary>
internal static class OutputFile
{
    internal static Option<FileInfo?> Json => new("--json") { Description = "Write the results to this file as one JSON document." };

    /// <summary>Refuses files that cannot be written before the work, not after it, and two that are one.</summary>
    internal static void CheckWritable(params FileInfo?[] files)
    {
        foreach (var file in files)
            Check(file);
        if (files.OfType<FileInfo>().GroupBy(f => f.FullName).FirstOrDefault(g => g.Skip(1).Any()) is { } same)
            throw new UsageException($"{same.Key} is named for two outputs: the second would take the first one's place.");
    }

    private static void Check(FileInfo? file)
    {
        if (file is null)
            return;
        if (Directory.Exists(file.FullName))
            throw new UsageException($"cannot write {file.FullName}: it is a folder. Name a file.");
        if (file.Directory is not { Exists: true })
            throw new UsageException($"cannot write {file.FullName}: there is no folder {file.DirectoryName}.");
    }

    internal static void Write(FileInfo file, string text) => Write(file, path => WholeFile.Write(path, text));

    internal static void Write(FileInfo file, Action<string> write) => Try(file.FullName, () => write(file.FullName));

    internal static void MakeFolder(DirectoryInfo folder) => Try(folder.FullName, folder.Create);

    private static void Try(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write {path}: {InputFile.Reason(e, path)}", e);
        }
    }
}
