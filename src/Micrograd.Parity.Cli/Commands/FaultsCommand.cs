using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.IO.Enumeration;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Matching;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity faults</c>.</summary>
internal static class FaultsCommand
{
    private const int Programs = 10_000;
    private const int Trainings = 200;

    internal static Command Create()
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "A mistake to explain, or a pattern with * for those to plant; without it all are planted.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var list = new Option<bool>("--list") { Description = "List the mistakes in place of planting them. Needs no PyTorch." };
        var seed = RunCommand.Seed;
        var kernels = RunCommand.Kernels;
        var json = OutputFile.Json;
        var command = new Command(
            "faults",
            $"""
            Explains a known mistake of engines and training loops. Or plants mistakes in a model of the engine, one at a time, and shows of
            each whether the comparison with PyTorch catches it, where, and whether the diagnosis names it from the trace alone. When all are
            planted, {Programs:N0} programs and {Trainings} training runs without a mistake follow, which must raise no alarm. Exit code 1 if a
            mistake is not caught or an alarm is false.

            Examples:
              parity faults --list
              parity faults gradients-not-cleared
              parity faults "tanh-*"
              parity faults --json out.json
            """
        )
        {
            name,
            list,
            seed,
            kernels,
            json,
        };
        command.Runs(
            (parsed, cancellation) =>
                Run(
                    parsed.GetValue(name),
                    parsed.GetValue(list),
                    parsed.GetValue(seed),
                    parsed.GetValue(kernels),
                    parsed.GetValue(json),
                    cancellation
                )
        );
        return command;
    }

    private static int Run(string? name, bool list, int seed, KernelChoice kernels, FileInfo? json, CancellationToken cancellation)
    {
        var isPattern = name?.Contains('*', StringComparison.Ordinal) == true;
        if (name is null || isPattern)
        {
            // The catalogue computes with the engine, which PyTorch must have given its functions by then.
            if (!list)
                OutputFile.CheckWritable(json);
            var context = list ? null : Session.Context(seed, kernels);
            var faults = FaultCatalogue.All.Where(f => name is null || FileSystemName.MatchesSimpleExpression(name, f.Name)).ToList();
            if (faults.Count == 0)
                throw new UsageException($"no mistake's name matches '{name}'. 'parity faults --list' shows all.");
            if (context is not null)
                return Plant(faults, name is null, context, json, cancellation);
            FaultPrinter.List(faults);
            return ExitCode.Parity;
        }

        if (json is not null)
            throw new UsageException("--json is for mistakes that are planted; a single one is explained. Write a * after its name to plant it.");
        if (!list && FaultCatalogue.All.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } fault)
        {
            FaultPrinter.Explain(fault);
            return ExitCode.Parity;
        }

        var near = FaultCatalogue.All.Where(f => f.Name.Contains(name, StringComparison.OrdinalIgnoreCase)).ToList();
        if (near.Count == 0)
        {
            throw new UsageException(
                $"unknown mistake '{name}'{Nearest.Ending(name, FaultCatalogue.All.Select(f => f.Name))} 'parity faults --list' shows all."
            );
        }

        FaultPrinter.List(near);
        return ExitCode.Parity;
    }

    private static int Plant(List<Fault> faults, bool all, RunContext context, FileInfo? json, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var campaign = new FaultCampaign(ParitySuite.Default, context, Session.Diagnosis, AnyMlp.Run, AnyMlp.Model, HonestRuns.Draw);
        var (programs, trainings) = all ? (Programs, Trainings) : (0, 0);
        var total = faults.Count + programs + trainings;
        var done = 0;
        var result = Screen.WithStatus(tell =>
        {
            // Taken one by one: the mistakes in training runs, of which each takes long, stand together.
            var outcomes = Partitioner
                .Create(faults, loadBalance: true)
                .AsParallel()
                .AsOrdered()
                .WithCancellation(cancellation)
                .Select(f =>
                {
                    var outcome = campaign.Plant(f);
                    Tell($"planted {f.Name}");
                    return outcome;
                })
                .ToList();
            var alarms = campaign
                .AlarmsInPrograms(programs, () => Tell("programs without a mistake"), cancellation)
                .Concat(campaign.AlarmsInTrainings(trainings, () => Tell("training runs without a mistake"), cancellation))
                .ToList();
            return new FaultResult(outcomes, programs, trainings, alarms);

            void Tell(string what)
            {
                lock (tell)
                    tell((double)++done / total, $"{done:N0} of {total:N0}: {what}");
            }
        });
        var environment = Session.Environment(context.Torch, context.Seed, clock.Elapsed);
        FaultPrinter.Table(result);
        FaultPrinter.Summary(result, environment);
        if (json is not null)
            OutputFile.Write(json, FaultsJson.Write(result, environment));
        return result.Holds ? ExitCode.Parity : ExitCode.Mismatch;
    }
}
