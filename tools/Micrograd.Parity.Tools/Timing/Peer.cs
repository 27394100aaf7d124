using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Micrograd.Parity.Tools.Timing;

/// <summary>A program that can be timed: how to start it.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="Program">The file to start.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record PeerProgram(string Name, string Program, IReadOnlyList<string> Arguments);

/// <summary>Time of a request per repetition, and its results.</summary>
/// <param name="Nanoseconds">Time per repetition.</param>
/// <param name="Results">The numbers that it computed.</param>
/// <param name="Lost">The share of the time for which the driver waited for its core; 0 where the system does not say.</param>
internal sealed record Sample(double Nanoseconds, double[] Results, double Lost);

/// <summary>A running driver that speaks the line protocol of tools/speed/peer.h, pinned to one core where the system can.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

    private Peer(PeerProgram program, Process process)
    {
        Program = program;
        _process = process;
        About = Ask("about") ?? throw new InvalidOperationException($"{program.Name} ended at once.");
    }

    /// <summary>The driver's program.</summary>
    public PeerProgram Program { get; }

    /// <summary>Description that the driver gives of itself: library, version, compiler.</summary>
    public string About { get; }

    /// <summary>Peak memory so far, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            var status = $"/proc/{_process.Id}/status";
            if (!File.Exists(status))
                return _process.PeakWorkingSet64;
            var line = File.ReadLines(status).First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The driver's processor time so far.</summary>
    public TimeSpan ProcessorTime => _process.TotalProcessorTime;

    /// <summary>Nanoseconds for which the driver's main thread waited for its core, while it had something to do.</summary>
    private double Waited
    {
        get
        {
            var statistics = $"/proc/{_process.Id}/schedstat";
            return File.Exists(statistics) ? double.Parse(File.ReadAllText(statistics).Split(' ')[1], CultureInfo.InvariantCulture) : 0;
        }
    }

    /// <summary>Starts a driver.</summary>
    public static Peer Start(PeerProgram program)
    {
        var core = (Environment.ProcessorCount - 1).ToString(CultureInfo.InvariantCulture);
        try
        {
            return Start(program, "taskset", ["-c", core, program.Program, .. program.Arguments]);
        }
        catch (Win32Exception)
        {
            return Start(program, program.Program, program.Arguments);
        }
    }

    /// <summary>Runs a work a number of times in a row; null if the driver does not have it.</summary>
    /// <exception cref="InvalidOperationException">The driver ended.</exception>
    public Sample? Run(string work, int repetitions)
    {
        var waited = Waited;
        var answer = Ask(string.Create(CultureInfo.InvariantCulture, $"run {work} {repetitions}"))
            ?? throw new InvalidOperationException($"{Program.Name} ended while it ran {work}.");
        if (answer.StartsWith("no", StringComparison.Ordinal))
            return null;
        var numbers = Array.ConvertAll(answer.Split(' '), word => double.Parse(word, CultureInfo.InvariantCulture));
        return new Sample(numbers[0], numbers[1..], (Waited - waited) / (numbers[0] * repetitions));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
            _process.Kill();
        _process.Dispose();
    }

    private static Peer Start(PeerProgram program, string file, IEnumerable<string> arguments)
    {
        // Drivers may leave files where they run (ADOL-C's traces): here that is in artifacts.
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        // On a single core .NET waits ten times as long before it compiles what is called often; a user's program has more than one.
        start.Environment["DOTNET_TC_DelaySingleProcMultiplier"] = "1";
        return new Peer(program, Process.Start(start)!);
    }

    private string? Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
        return _process.StandardOutput.ReadLine();
    }
}
