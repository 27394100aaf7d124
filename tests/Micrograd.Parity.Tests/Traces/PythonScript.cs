using System.ComponentModel;
using System.Diagnostics;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>Runs Python scripts that record a trace with the Python recorder.</summary>
internal static class PythonScript
{
    /// <summary>Runs a script beside the tests; given as its arguments are what is named, the trace's file, and the recorder's folder.</summary>
    internal static void Run(string script, string argument, string trace) => Run(script, [argument], trace);

    internal static void Run(string script, string[] given, string trace) =>
        Start([Path.Combine(AppContext.BaseDirectory, "Traces", script), .. given, trace, Recorder]);

    /// <summary>Runs code; given as its arguments are the trace's file and the recorder's folder.</summary>
    internal static void RunCode(string code, string trace) => Start("-c", code, trace, Recorder);

    private static string Recorder => Path.Combine(AppContext.BaseDirectory, "recorders");

    private static void Start(params string[] arguments)
    {
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
