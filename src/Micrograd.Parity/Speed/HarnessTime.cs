using System.Diagnostics;
using System.Globalization;

namespace Micrograd.Parity.Speed;

/// <summary>What one parity run takes, from its process's start to its end, and how much of that is PyTorch's.</summary>
/// <param name="Arguments">The command's arguments.</param>
/// <param name="Seconds">From start to end.</param>
/// <param name="Cores">On how many cores.</param>
/// <param name="SecondsInside">Spent in PyTorch and the bridge to it, summed over cores; null where the road to PyTorch has no clock.</param>
/// <param name="Calls">How often PyTorch was called; null as above.</param>
public sealed record HarnessTime(string Arguments, double Seconds, int Cores, double? SecondsInside, long? Calls)
{
    /// <summary>The share of the cores' time that was not PyTorch's: our side, comparing, the runtime's start and compiler, and cores that waited.</summary>
    public double? ShareOutside => 1 - SecondsInside / (Seconds * Cores);

    /// <summary>All of it in words.</summary>
    public string Summary
    {
        get
        {
            var run = string.Create(CultureInfo.InvariantCulture, $"parity {Arguments}: {Seconds:0.0} s on {Cores} cores");
            return this is { SecondsInside: { } inside, Calls: { } calls, ShareOutside: { } outside }
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{run}. Of their {Seconds * Cores:0.0} s, {inside:0.0} s in {calls:#,0} calls of PyTorch, {outside:0 %} outside of it.")
                : $"{run}. How much of that was PyTorch's is not known: only the bridge to an installed libtorch has a clock.";
        }
    }

    /// <summary>Makes a run in a process of its own.</summary>
    /// <param name="parity">The built command.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="InvalidOperationException">The run did not end in parity.</exception>
    public static HarnessTime Measure(string parity, params string[] arguments)
    {
        var told = Path.GetTempFileName();
        try
        {
            var clock = Stopwatch.StartNew();
            var start = new ProcessStartInfo(Environment.ProcessPath ?? "dotnet", [parity, .. arguments])
            {
                RedirectStandardOutput = true,
                Environment = { ["BRIDGE_CLOCK"] = told },
            };
            using var process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            var seconds = clock.Elapsed.TotalSeconds;
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"'parity {string.Join(' ', arguments)}' ended with code {process.ExitCode}, which leaves nothing to time.");
            var words = File.ReadAllText(told).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return new HarnessTime(
                string.Join(' ', arguments),
                seconds,
                Environment.ProcessorCount,
                words.Length == 2 ? double.Parse(words[0], CultureInfo.InvariantCulture) : null,
                words.Length == 2 ? long.Parse(words[1], CultureInfo.InvariantCulture) : null);
        }
        finally
        {
            File.Delete(told);
        }
    }
}
