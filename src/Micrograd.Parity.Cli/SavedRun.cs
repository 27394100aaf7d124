using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli;

/// <summary>A run saved as JSON.</summary>
internal static class SavedRun
{
    internal static RunReport Read(FileInfo file)
    {
        try
        {
            return JsonReport.Read(File.ReadAllText(file.FullName));
        }
        catch (InvalidDataException e)
        {
            throw new UsageException($"cannot read {file.FullName}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot read {file.FullName}: {e.Message}", e);
        }
    }
}
