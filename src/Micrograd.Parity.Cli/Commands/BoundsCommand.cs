using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Micrograd.Parity.Bounds;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Reports;
using Spectre.Console;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity bounds</c>.</summary>
internal static class BoundsCommand
{
    internal static Command Create()
    {
        var seed = RunCommand.Seed;
        var json = OutputFile.Json;
        var programs = new Option<int>("--programs") { Description = "How many random programs.", DefaultValueFactory = _ => 10_000 };
        var command = new Command(
            "bounds",
            """
            Checks the bounds on rounding that 'parity run --kernels best' allows: random programs are evaluated with hundreds of digits (by
            GNU MPFR), and neither an exact value or gradient nor one that the engine computes may lie outside its bound. Also says how
            loose the bounds are: the median of a bound's width divided by the engine's actual error. PyTorch is not needed.

            Examples:
              parity bounds
              parity bounds --programs 200 --seed 7
              parity bounds --programs 10000 --json bounds.json

            Exit codes: 0 no bound is exceeded, 1 some bound is, 2 bad usage or no MPFR.
            """)
        {
            programs, seed, json,
        };
        command.SetAction((parsed, cancellation) => Task.Run(
            () => Run(parsed.GetValue(programs), parsed.GetValue(seed), parsed.GetValue(json), cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(int programs, int seed, FileInfo? json, CancellationToken cancellation)
    {
        if (programs < 1)
            throw new UsageException("--programs must be 1 or more.");
        OutputFile.CheckWritable(json);
        var clock = Stopwatch.StartNew();
        var result = Check(programs, seed, cancellation);
        foreach (var exceeded in result.Exceeded)
            Screen.Out.WriteLine($"EXCEEDED  {exceeded}");
        Screen.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Programs:N0} programs, {result.Numbers:N0} values and gradients: {result.ExceededCount:N0} bounds exceeded."));
        Screen.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Unbounded:N0} have no bound, {result.Undefined:N0} no exact value. Of the {result.Inexact:N0} that the engine rounds, "
            + $"the median bound is {result.MedianLooseness:0.0} times as wide as the error."));
        Screen.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}, {clock.Elapsed.TotalSeconds:0.0} s."));
        if (json is not null)
            OutputFile.Write(json, BoundsJson.Write(result, seed));
        return result.ExceededCount == 0 ? ExitCode.Parity : ExitCode.Mismatch;
    }

    private static BoundValidationResult Check(int programs, int seed, CancellationToken cancellation)
    {
        try
        {
            return Screen.WithStatus(tell => BoundValidation.Run(
                ParitySuite.Default.Ops,
                seed,
                programs,
                done => tell((double)done / programs, string.Create(CultureInfo.InvariantCulture, $"{done:N0} programs")),
                cancellation));
        }
        catch (Exception e) when (Missing(e) is DllNotFoundException)
        {
            throw new UsageException(Missing(e).Message, e);
        }
    }

    private static Exception Missing(Exception e) => e.InnerException is { } inner ? Missing(inner) : e;
}
