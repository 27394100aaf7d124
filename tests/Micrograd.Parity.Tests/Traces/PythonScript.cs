using System.ComponentModel;
using System.Diagnostics;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>Runs Python scripts that record engines.</summary>
internal static class PythonScript
{
    /// <summary>Runs a script; given as its arguments are those named, the trace's file, and the recorder's folder.</summary>
    internal static void Run(string script, string argument, string file) => Run([script, argument], file);

    internal static void Run(string[] given, string file)
    {
        var recorder = Path.Combine(AppContext.BaseDirectory, "recorders");
        string[] arguments = given[0] == "-c" ? ["-c", given[1], file, recorder] : [.. given, file, recorder];
        var start = new ProcessStartInfo("python3", arguments) { RedirectStandardError = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException(error);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("python3 is needed to test the Python recorder: apt-get install python3.", e);
        }
    }
}
