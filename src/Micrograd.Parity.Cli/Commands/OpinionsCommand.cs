using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Fuzzing.Oracles;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity opinions</c>.</summary>
internal static class OpinionsCommand
{
    internal static Command Create()
    {
        var filter = RunCommand.Filter;
        filter.Description = "Part of an op's or a program's name, a pattern with *, 'op' or 'program'; without, all ops and programs.";
        var seed = RunCommand.Seed;
        var json = OutputFile.Json;
        var kernels = new Option<AskedKernels>("--kernels")
        {
            Description =
                "'best': PyTorch's kernels that it takes by itself. 'plain': those for any processor. "
                + "'both': best, and beside them plain, in a process of their own.",
            DefaultValueFactory = _ => AskedKernels.Best,
        };
        var everyPoint = new Option<bool>("--every-point")
        {
            Description = "List all special points, also those at which all sides have the same number.",
        };
        var command = new Command(
            "opinions",
            """
            Asks other oracles about ops and programs. Finite differences (five points, by MathNet.Numerics) tell whether gradients are the
            derivatives of the values, with an estimate of their own error: the digits that agree, and the gradients that are refused. At kinks
            and jumps the slopes from both sides are shown beside PyTorch's choice. GNU MPFR gives the errors, in ulps, of the engine, of PyTorch
            on 0-dim tensors and of PyTorch on vectors. Special points where PyTorch does not agree with itself are listed; there the engine has
            the bits of 0-dim tensors with the kernels in use.

            Examples:
              parity opinions
              parity opinions tanh
              parity opinions "*elu*" --json opinions.json
              parity opinions tanh --kernels plain
              parity opinions relu6 --kernels both

            Exit codes: 0 no gradient is refused without a known reason, 1 some gradient is, 2 bad usage or no MPFR, 3 no PyTorch to compare with.
            """
        )
        {
            filter,
            seed,
            kernels,
            everyPoint,
            json,
        };
        command.Runs(
            (parsed, cancellation) =>
                Run(
                    parsed.GetValue(filter),
                    parsed.GetValue(seed),
                    parsed.GetValue(kernels),
                    parsed.GetValue(everyPoint),
                    parsed.GetValue(json),
                    cancellation
                )
        );
        return command.WithVerbosity();
    }

    /// <summary>Kernels of PyTorch to ask: one process has one kind of kernels.</summary>
    private enum AskedKernels
    {
        Plain,
        Best,
        Both,
    }

    private static int Run(string? text, int seed, AskedKernels kernels, bool everyPoint, FileInfo? json, CancellationToken cancellation)
    {
        OutputFile.CheckWritable(json);
        var items = Session.Select(text, null, out var filter).Where(i => i is OpComparison or ProgramComparison).ToList();
        if (filter.Point is not null)
            throw new UsageException("opinions are given of whole ops and programs: leave out the point.");
        if (items.Count == 0)
            throw new UsageException($"'{filter.Pattern}' names training runs only; opinions are given of ops and programs.");
        var context = Session.Context(seed, kernels == AskedKernels.Plain ? KernelChoice.Plain : KernelChoice.Best);
        var clock = Stopwatch.StartNew();
        var asked = Ask(items, context, everyPoint || kernels == AskedKernels.Both, cancellation);
        if (kernels == AskedKernels.Both)
            asked = PlainOpinions.Beside(asked, AskPlain(text, seed, cancellation));
        var opinions = new OpinionsReport(Session.Environment(context.Torch, seed, clock.Elapsed) with { Filter = filter.Text }, asked);
        Screen.Write(OpinionsSection.Blocks(opinions));
        if (json is not null)
            OutputFile.Write(json, OpinionsJson.Write(opinions));
        return opinions.Holds ? ExitCode.Parity : ExitCode.Mismatch;
    }

    private static IReadOnlyList<ItemOpinion> Ask(List<IComparison> items, RunContext context, bool everyPoint, CancellationToken cancellation)
    {
        try
        {
            return Screen.WithProgress("asking", items.Count, step =>
                ThirdOpinions.Ask(
                    items,
                    ParitySuite.Default.Ops,
                    context,
                    KnownRefusals.All,
                    new Immediate<ItemOpinion>(o => step.Report(o.Name)),
                    everyPoint,
                    cancellation
                )
            );
        }
        catch (Exception e) when (Innermost(e) is DllNotFoundException missing)
        {
            throw new UsageException(missing.Message, e);
        }
    }

    /// <summary>The same command with plain kernels, as a process of its own.</summary>
    private static IReadOnlyDictionary<string, TruthOpinion> AskPlain(string? text, int seed, CancellationToken cancellation)
    {
        var file = Path.GetTempFileName();
        try
        {
            var outcome = Itself.Run(
                [
                    "opinions",
                    .. text is null ? [] : new[] { text },
                    "--seed",
                    seed.ToString(CultureInfo.InvariantCulture),
                    "--kernels",
                    "plain",
                    "--every-point",
                    "--json",
                    file,
                    "--quiet",
                ],
                new Dictionary<string, string>(),
                cancellation
            );
            return outcome.Status is ExitCode.Parity or ExitCode.Mismatch
                ? OpinionsJson.ReadTruth(InputFile.ReadText(file))
                : throw new UsageException($"the process with plain kernels ended with {outcome.Status}: {outcome.Error}{outcome.Output}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
