using System.CommandLine;
using Micrograd.Parity.Cli;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Tools.Timing;

namespace Micrograd.Parity.Tools;

/// <summary><c>parity bench</c>.</summary>
internal static class BenchCommand
{
    internal static Command Create()
    {
        var json = OutputFile.Json;
        var peers = new Option<DirectoryInfo>("--peers")
        {
            Description = "A folder with the sources of CoDiPack, of Adept (built), or of both, where the system has no packages of them.",
        }.AcceptExistingOnly();
        var quick = new Option<bool>("--quick") { Description = "Few and short samples: whether everything works, not how fast it is." };
        var command = new Command(
            "bench",
            """
            Times the engine against Sacado, ADOL-C, CoDiPack, Adept, PyTorch on one thread, a step written by hand in SIMD and a class-per-node
            engine, each where it is installed, and prints tables in Markdown. Results are compared before anything is timed. Takes two to eight minutes.

            Examples:
              ./parity bench
              ./parity bench --quick --json out.json
              ./parity bench --peers ~/peers
            """
        )
        {
            json,
            peers,
            quick,
        };
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(json);
            OutputFile.CheckWritable(file);
            var report = Measure(parsed.GetValue(peers)?.FullName, parsed.GetValue(quick));
            Console.Write(MarkdownReport.Write(BenchSection.Blocks(report)));
            if (file is not null)
                OutputFile.Write(file, BenchJson.Write(report));
            return report.Errors.Count == 0 ? ExitCode.Parity : ExitCode.Mismatch;
        });
        return command;
    }

    private static string Parity => Path.Combine(AppContext.BaseDirectory, "parity.dll");

    private static BenchReport Measure(string? peers, bool quick)
    {
        try
        {
            var drivers = SpeedDrivers.Build(peers);
            return Screen.WithProgress("timing", 10, step => new Bench(drivers.Programs, drivers.Missing, Parity, quick).Run(step));
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidOperationException)
        {
            throw new UsageException(e.Message, e);
        }
    }
}
