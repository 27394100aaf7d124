using System.Diagnostics;
using System.Globalization;

namespace Micrograd.Parity.Speed;

/// <summary>The time that one parity run takes, from its process's start to its end.</summary>
/// <param name="Arguments">The command's arguments.</param>
/// <param name="Seconds">From start to end.</param>
/// <param name="Cores">On how many cores.</param>
public sealed record HarnessTime(string Arguments, double Seconds, int Cores)
{
    /// <summary>All of it in words.</summary>
    public string Summary => string.Create(CultureInfo.InvariantCulture, $"parity {Arguments}: {Seconds:0.0} s on {Cores} cores");

    /// <summary>Makes a run in a process of its own.</summary>
    /// <param name="parity">The built command.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="InvalidOperationException">The run did not end in parity.</exception>
    public static HarnessTime Measure(string parity, params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        var start = new ProcessStartInfo(Environment.ProcessPath ?? "dotnet", [parity, .. arguments]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var seconds = clock.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? new HarnessTime(string.Join(' ', arguments), seconds, Environment.ProcessorCount)
            : throw new InvalidOperationException(
                $"'parity {string.Join(' ', arguments)}' ended with code {process.ExitCode}, which leaves nothing to time."
            );
    }
}
