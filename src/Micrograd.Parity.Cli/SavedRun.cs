using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli;

/// <summary>A run saved as JSON, and what other commands saved to be shown beside it.</summary>
internal static class SavedRun
{
    internal static RunReport Read(FileInfo file) => Try(file, JsonReport.Read);

    internal static Companions Beside(IEnumerable<FileInfo> files) => files.Aggregate(Companions.None, (sum, file) => Try(file, sum.With));

    private static T Try<T>(FileInfo file, Func<string, T> read)
    {
        if (Directory.Exists(file.FullName))
            throw new UsageException($"cannot read {file.FullName}: it is a folder. Name the file in it, such as report.json.");
        try
        {
            return read(File.ReadAllText(file.FullName));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot read {file.FullName}: {e.Message}", e);
        }
    }
}
