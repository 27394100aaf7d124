using System.ComponentModel;
using System.Diagnostics;

namespace Micrograd.Parity.Reports;

/// <summary>Commit of the repository that a program runs from.</summary>
internal static class SourceCommit
{
    /// <summary>The commit's name, with <c>-dirty</c> where files differ from it; empty outside a repository or without git.</summary>
    /// <param name="folder">A folder of the repository.</param>
    public static string Read(string folder)
    {
        var start = new ProcessStartInfo("git", ["-C", folder, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            error.Wait();
            return process.ExitCode == 0 ? output : "";
        }
        catch (Win32Exception)
        {
            return "";
        }
    }
}
