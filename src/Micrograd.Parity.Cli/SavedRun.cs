using Micrograd.Parity.Inputs;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli;

/// <summary>A run saved as JSON, and what other commands saved to be shown beside it.</summary>
internal static class SavedRun
{
    internal static RunReport Read(FileInfo file) => Try(file, JsonReport.Read);

    internal static Companions Beside(IEnumerable<FileInfo> files) => files.Aggregate(Companions.None, (sum, file) => Try(file, sum.With));

    private static T Try<T>(FileInfo file, Func<string, T> read)
    {
        try
        {
            return read(InputFile.ReadText(file.ToString()));
        }
        catch (InvalidDataException e)
        {
            throw new UsageException($"{file}, {e.Message}", e);
        }
    }
}
