using System.CommandLine;
using System.CommandLine.Parsing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity run</c>.</summary>
internal static class RunCommand
{
    internal static Argument<string?> Filter
    {
        get
        {
            var filter = new Argument<string?>("FILTER")
            {
                Description =
                    "Part of a name, a pattern with *, 'op', 'program' or 'training', or one point of an op: \"div @ 1, 3 upstream -0.25\".",
                HelpName = "FILTER",
                Arity = ArgumentArity.ZeroOrOne,
            };
            filter.Validators.Add(result =>
            {
                if (result.Tokens is [var token] && token.Value.StartsWith('-'))
                    result.AddError(Mistyped.Option(token.Value, ((CommandResult)result.Parent!).Command));
            });
            filter.CompletionSources.Add(_ => ["op", "program", "training", .. ParitySuite.Default.Comparisons().Select(c => c.Name)]);
            return filter;
        }
    }

    internal static Option<int> Seed => new("--seed") { Description = "Seed of all random points.", DefaultValueFactory = _ => 1 };

    internal static Option<KernelChoice> Kernels =>
        new("--kernels")
        {
            Description = "'best': those that PyTorch takes by itself. 'plain': those for any processor.",
            DefaultValueFactory = _ => KernelChoice.Best,
        };

    internal static Command Create()
    {
        var (filter, seed) = (Filter, Seed);
        var json = OutputFile.Json;
        var kernels = Kernels;
        var vectors = new Option<bool>("--vectors")
        {
            Description = "Compare tensors of 64 and 1,000 points, in float64 and float32, within derived bounds.",
        };
        var full = new Option<bool>("--full") { Description = "Make all steps of all training runs, against both mirrors." };
        var command = new Command(
            "run",
            """
            Compares operations, programs and training runs with PyTorch and reports every number that differs. Without a FILTER up to
            ten steps of each training run are made, against tensors without dimensions, and everything must have the same bits. Named
            runs ('parity run training') are made at length, with --full to their last step, and also against PyTorch's own modules and
            losses, which round in another order.

            The engine computes with PyTorch's own elementary functions, which depend on the processor; these are compared with the C
            library's and with exact values beside. PyTorch uses the kernels that it takes by itself, or its plain ones (--kernels plain);
            both must give the engine's bits.

            With --vectors the operations and programs are run on tensors of 64 and 1,000 points, in float64 and float32. These round
            differently; every difference must lie within a bound that is derived from the errors of each operation, and the share of the
            bounds that was used is shown.

            Examples:
              parity run
              parity run "*elu*" --seed 7
              parity run program --json out.json
              parity run training --full
              parity run --kernels plain
              parity run tanh --vectors
              parity run "div @ 1, 3 upstream -0.25"
            """
        )
        {
            filter,
            seed,
            full,
            json,
            kernels,
            vectors,
        };
        command.Runs(
            (parsed, cancellation) =>
                Run(
                    parsed.GetValue(filter),
                    parsed.GetValue(seed),
                    parsed.GetValue(full),
                    parsed.GetValue(json),
                    parsed.GetValue(kernels),
                    parsed.GetValue(vectors),
                    cancellation
                )
        );
        return command.WithVerbosity();
    }

    private static int Run(string? text, int seed, bool full, FileInfo? json, KernelChoice kernels, bool vectors, CancellationToken cancellation)
    {
        OutputFile.CheckWritable(json);
        var selected = Session.Select(text, null, out var filter, vectors);
        var report = Session.Run(selected, filter, seed, full, cancellation, kernels);
        RunPrinter.All(report);
        if (json is not null)
            OutputFile.Write(json, JsonReport.Write(report));
        return report.Parity ? ExitCode.Parity : ExitCode.Mismatch;
    }
}
