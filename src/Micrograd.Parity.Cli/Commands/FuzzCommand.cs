using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity fuzz</c>.</summary>
internal static class FuzzCommand
{
    private const long DefaultPrograms = 10_000;

    private static readonly Option<long?> s_programs = new("--programs")
    {
        Description = $"How many programs, over all shards; {DefaultPrograms} unless --minutes is given.",
    };

    private static readonly Option<double?> s_minutes = new("--minutes") { Description = "Begin no more programs after this time." };

    private static readonly Option<string> s_shard = new("--shard")
    {
        Description = "Run one part of the programs: 2/4 is the second of four.",
        DefaultValueFactory = _ => Shard.Whole.ToString(),
    };

    private static readonly Option<string?> s_ops = new("--ops") { Description = "Make programs of these ops only: tanh,mul,add." };

    private static readonly Option<long?> s_only = new("--only") { Description = "Run this one program of the seed, by its index." };

    private static readonly Option<bool> s_first = new("--first") { Description = "End at the first program that differs." };

    private static readonly Option<FileInfo?> s_json = new("--json") { Description = "Write the results to this file as one JSON document." };

    private static readonly Option<DirectoryInfo> s_corpus = new("--corpus")
    {
        Description = "The folder where programs that differ are kept; those in it are run first.",
        DefaultValueFactory = _ => new DirectoryInfo("fuzz-corpus"),
    };

    internal static Command Create()
    {
        var seed = RunCommand.Seed;
        var command = new Command(
            "fuzz",
            """
            Makes random programs over all operations, runs them on both sides and compares every node. A program that differs is made as
            small as possible and printed as a C# test, as a Python script, and with the command that finds it again; it is kept in a
            folder, whose programs later runs compare first. Ctrl-C ends the run and prints what was found.

            Examples:
              parity fuzz --programs 500
              parity fuzz --minutes 60 --seed 7 --json out.json
              parity fuzz --programs 1000000 --shard 2/4 --json 2.json
              parity fuzz --ops div,mul,log --first
            """
        )
        {
            s_programs,
            seed,
            s_minutes,
            s_shard,
            s_ops,
            s_only,
            s_first,
            s_json,
            s_corpus,
        };
        command.Runs(
            (parsed, cancellation) => Run(Options(parsed, parsed.GetValue(seed)), parsed.GetValue(s_corpus)!, parsed.GetValue(s_json), cancellation)
        );
        return command.WithVerbosity();
    }

    private static FuzzOptions Options(ParseResult parsed, int seed)
    {
        var (programs, minutes) = (parsed.GetValue(s_programs), parsed.GetValue(s_minutes));
        if (programs < 0)
            throw new UsageException("--programs cannot be negative.");
        if (parsed.GetValue(s_only) < 0)
            throw new UsageException("--only cannot be negative: it is a program's index, from 0.");
        if (parsed.GetValue(s_only) is not null && (programs is not null || minutes is not null || parsed.GetResult(s_shard) is { Implicit: false }))
            throw new UsageException("--only runs one program: --programs, --minutes and --shard do not go with it.");
        if (minutes is { } m && !(m >= 0 && m <= TimeSpan.MaxValue.TotalMinutes / 2))
            throw new UsageException("--minutes must be a number from 0.");
        return new FuzzOptions
        {
            Seed = seed,
            Programs = programs ?? (minutes is null ? DefaultPrograms : null),
            Time = minutes is { } given ? TimeSpan.FromMinutes(given) : null,
            Shard = ReadShard(parsed.GetValue(s_shard)!),
            Ops = ReadOps(parsed.GetValue(s_ops)),
            Only = parsed.GetValue(s_only),
            StopAtFirst = parsed.GetValue(s_first),
        };
    }

    private static Shard ReadShard(string text)
    {
        try
        {
            return Shard.Parse(text);
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message, e);
        }
    }

    private static string[] ReadOps(string? text)
    {
        var names = text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        foreach (var name in names)
        {
            if (!ParitySuite.Default.Ops.TryGet(name, out _))
                throw new UsageException($"the catalogue has no op '{name}'. 'parity list op' shows all names.");
        }

        return text is not null && names.Length == 0 ? throw new UsageException("--ops names no op.") : names;
    }

    private static int Run(FuzzOptions options, DirectoryInfo corpus, FileInfo? json, CancellationToken cancellation)
    {
        if (json is not null)
            OutputFile.CheckWritable(json);
        var context = Session.Context(options.Seed);
        var clock = Stopwatch.StartNew();
        var kept = new Corpus(corpus.FullName, ParitySuite.Default.Ops);
        var campaign = new FuzzCampaign(options, ParitySuite.Default.Ops, context, kept);
        var result = Screen.WithStatus(tell => campaign.Run(new Immediate<FuzzTally>(tally => tell(Share(tally), Status(tally))), cancellation));
        if (result.Finished && result.Tally.Programs + result.Replayed == 0)
            throw new UsageException("nothing was compared: no random program was asked for, and the corpus has none.");
        var environment = Session.Environment(context.Torch, options.Seed, clock.Elapsed);
        FuzzPrinter.Failures(result, ParitySuite.Default.Ops, corpus);
        FuzzPrinter.Summary(result, environment);
        if (json is not null)
            OutputFile.Write(json, FuzzJson.Write(result, environment, ParitySuite.Default.Ops));
        return !result.Parity ? ExitCode.Mismatch
            : result.Finished ? ExitCode.Parity
            : ExitCode.Interrupted;

        double Share(FuzzTally tally) =>
            Math.Min(
                1,
                Math.Max(
                    options.Programs is { } programs ? (double)tally.Programs * options.Shard.Count / Math.Max(1, programs) : 0,
                    options.Time is { } time ? clock.Elapsed / time : 0
                )
            );

        string Status(FuzzTally tally) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{tally.Programs:N0} programs, {tally.Programs / clock.Elapsed.TotalSeconds:N0} a second, {tally.Differing:N0} differ"
            );
    }
}
