using System.CommandLine;
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
                Description = "Part of a name, a pattern with *, 'op' or 'program', or one point of an op: \"div @ 1, 3 upstream -0.25\".",
                Arity = ArgumentArity.ZeroOrOne,
            };
            filter.Validators.Add(result =>
            {
                if (result.Tokens is [var token] && token.Value.StartsWith('-'))
                    result.AddError($"there is no option '{token.Value}'.");
            });
            return filter;
        }
    }

    internal static Option<int> Seed => new("--seed")
    {
        Description = "Seed of all random points.",
        DefaultValueFactory = _ => 1,
    };

    internal static Command Create()
    {
        var (filter, seed) = (Filter, Seed);
        var json = new Option<FileInfo?>("--json") { Description = "Write the results to this file as one JSON document." };
        var command = new Command(
            "run",
            """
            Compares operations and programs with PyTorch and reports every number that differs.

            Examples:
              parity run
              parity run "*elu*" --seed 7
              parity run program --json out.json
              parity run "div @ 1, 3 upstream -0.25"
            """)
        {
            filter, seed, json,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(
            Run(parsed.GetValue(filter), parsed.GetValue(seed), parsed.GetValue(json), cancellation)));
        return command;
    }

    private static int Run(string? text, int seed, FileInfo? json, CancellationToken cancellation)
    {
        if (json is not null)
            OutputFile.CheckWritable(json);
        var selected = Session.Select(text, kind: null, out var filter);
        var report = Session.Run(selected, filter, seed, cancellation);
        RunPrinter.Items(report);
        RunPrinter.Details(report);
        RunPrinter.Summary(report);
        if (json is not null)
            OutputFile.Write(json, JsonReport.Write(report));
        return report.Parity ? ExitCode.Parity : ExitCode.Mismatch;
    }
}
