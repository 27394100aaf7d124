using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Micrograd.Parity.Bounds;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Fuzzing.Oracles;
using Micrograd.Parity.Numerics;
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
        var points = new Option<int>("--points") { Description = "At how many points each function is measured.", DefaultValueFactory = _ => 20_000 };
        var kernels = new Option<KernelChoice?>("--kernels")
        {
            Description = "Measure PyTorch's functions on vectors too, with 'plain' kernels or with the 'best', in float64 and float32.",
        };
        var command = new Command(
            "bounds",
            """
            Checks the bounds on rounding that 'parity run --vectors' allows. Random programs are evaluated with hundreds of digits (by GNU
            MPFR): no exact value or gradient, and none that the engine computes, may lie outside its bound. Also shows how loose the bounds
            are: the median of a bound's width divided by the engine's actual error. The errors of the C library's functions, which the bounds
            take from its documentation, are measured at points that are drawn ever nearer to the worst. PyTorch is needed for --kernels only.

            Examples:
              parity bounds
              parity bounds --programs 200 --seed 7
              parity bounds --programs 10000 --json bounds.json
              parity bounds --programs 1 --points 1000000 --kernels best

            Exit codes: 0 no bound is exceeded, 1 some bound is, 2 bad usage or no MPFR, 3 no PyTorch to measure.
            """
        )
        {
            programs,
            points,
            kernels,
            seed,
            json,
        };
        command.Runs(
            (parsed, cancellation) =>
                Run(
                    parsed.GetValue(programs),
                    parsed.GetValue(points),
                    parsed.GetValue(kernels),
                    parsed.GetValue(seed),
                    parsed.GetValue(json),
                    cancellation
                )
        );
        return command;
    }

    private static int Run(int programs, int points, KernelChoice? kernels, int seed, FileInfo? json, CancellationToken cancellation)
    {
        if (programs < 1)
            throw new UsageException("--programs must be 1 or more.");
        if (points < 1)
            throw new UsageException("--points must be 1 or more.");
        OutputFile.CheckWritable(json);
        var clock = Stopwatch.StartNew();
        var libraries = new List<FunctionLibrary> { FunctionLibrary.OfC };
        if (kernels is { } chosen)
        {
            var torch = Session.Context(seed, chosen).Torch;
            libraries.AddRange(
                FloatFormat.All.Select(format =>
                    FunctionLibrary.OnVectors(ParitySuite.Default.Ops, format) with
                    {
                        Name = $"PyTorch {torch.Version} on vectors, kernels {torch.Kernels}",
                    }
                )
            );
        }

        var result = Check(programs, seed, cancellation);
        var functions = Measure(libraries, points, seed, cancellation);
        if (!Screen.IsQuiet)
            Print(functions);
        foreach (var error in functions.Where(f => f.IsExceeded))
        {
            Screen.Line(
                $"EXCEEDED  {error.Name} of {error.Library.Name} in {error.Library.Format}: {Short(error.Greatest)} ulp at "
                    + $"{string.Join(", ", error.At.Select(x => Wording.Full(x)))}, {Short(error.Allowed)} are allowed"
            );
        }

        foreach (var exceeded in result.Exceeded)
            Screen.Prose($"EXCEEDED  {exceeded}");
        Screen.Prose(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Wording.Count(result.Programs, "program")}, {result.Numbers:N0} values and gradients: {result.ExceededCount:N0} bounds exceeded."
            )
        );
        Screen.Prose(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Unbounded:N0} have no bound, {result.Undefined:N0} no exact value. Of the {result.Inexact:N0} that the engine rounds, "
                    + $"the median bound is {result.MedianLooseness:0.0} times as wide as the error."
            )
        );
        Screen.Prose(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}, {clock.Elapsed.TotalSeconds:0.0} s."));
        if (json is not null)
            OutputFile.Write(json, BoundsJson.Write(result, functions, seed));
        return result.ExceededCount == 0 && !functions.Any(f => f.IsExceeded) ? ExitCode.Parity : ExitCode.Mismatch;
    }

    private static BoundValidationResult Check(int programs, int seed, CancellationToken cancellation)
    {
        try
        {
            return Screen.WithStatus(tell =>
                BoundValidation.Run(
                    ParitySuite.Default.Ops,
                    seed,
                    programs,
                    new Immediate<int>(done => tell((double)done / programs, string.Create(CultureInfo.InvariantCulture, $"{done:N0} programs"))),
                    cancellation
                )
            );
        }
        catch (Exception e) when (Missing(e) is DllNotFoundException)
        {
            throw new UsageException(Missing(e).Message, e);
        }
    }

    private static List<FunctionError> Measure(List<FunctionLibrary> libraries, int points, int seed, CancellationToken cancellation)
    {
        var all = libraries.SelectMany(library => FunctionErrors.Functions.Select(f => (Library: library, Function: f))).ToList();
        return Screen.WithProgress("measuring", all.Count, step => all.ConvertAll(one =>
            {
                var error = FunctionErrors.Measure(one.Function, one.Library, points, seed, cancellation);
                step.Report(error.Name);
                return error;
            }));
    }

    /// <summary>A function a row, the greatest error of each library and what is allowed.</summary>
    private static void Print(List<FunctionError> functions)
    {
        var libraries = functions.Select(f => f.Library).Distinct().ToList();
        var table = new Table().Border(TableBorder.Simple).AddColumn("ulps of the exact number");
        foreach (var library in libraries)
        {
            table.AddColumn(new TableColumn(Screen.Cell($"{library.Name}, {library.Format}")).RightAligned());
            table.AddColumn(new TableColumn("allowed").RightAligned());
        }

        foreach (var function in functions.GroupBy(f => f.Name))
            table.AddRow([function.Key, .. function.SelectMany(f => new[] { Short(f.Greatest), Short(f.Allowed) })]);
        Screen.Write(table);
    }

    private static string Short(double ulps) => ulps.ToString("0.###", CultureInfo.InvariantCulture);

    private static Exception Missing(Exception e) => e.InnerException is { } inner ? Missing(inner) : e;
}
