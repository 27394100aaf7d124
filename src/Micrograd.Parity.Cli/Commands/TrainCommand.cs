using System.CommandLine;
using System.Diagnostics;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity train</c>.</summary>
internal static class TrainCommand
{
    internal static Command Create()
    {
        var file = new Argument<FileInfo>("FILE.json") { Description = "What to train; docs/training-file.md says how it is written." };
        var steps = new Option<int?>("--steps") { Description = "Make so many steps in place of the file's." };
        var lockstep = new Option<bool>("--lockstep")
        {
            Description = "Start every step of the 0-dim mirror from ours, so that a difference does not carry over.",
        };
        var save = new Option<FileInfo?>("--save")
        {
            Description = "Save the trained parameters to this safetensors file, as PyTorch's state_dict names them.",
        };
        var json = OutputFile.Json;
        var command = new Command(
            "train",
            """
            Trains the network that a file describes on both sides, and compares every loss, output, gradient, parameter and optimizer state.
            Reports the first step, if any, at which the two sides differ.

            Examples:
              parity train comparisons/Training/examples/xor.json
              parity train moons.json --steps 20 --json out.json
              parity train spiral.json --save spiral.safetensors
            """
        )
        {
            file,
            steps,
            lockstep,
            save,
            json,
        };
        command.Runs(
            (parsed, cancellation) =>
                Train(
                    parsed.GetValue(file)!,
                    Read(parsed.GetValue(file)!, parsed.GetValue(steps)),
                    parsed.GetValue(lockstep),
                    parsed.GetValue(save),
                    parsed.GetValue(json),
                    cancellation
                )
        );
        return command.WithVerbosity();
    }

    private static TrainingRun Read(FileInfo file, int? steps)
    {
        if (steps < 1)
            throw new UsageException("--steps must be 1 or more.");
        var spec = TrainingFile.Read(file.ToString(), AllParts.Default);
        try
        {
            var run = AnyMlp.Run(steps is { } number ? spec with { Steps = number } : spec);
            run.Size?.DemandRoomForMirrors(spec);
            return run;
        }
        catch (TrainingFileException e)
        {
            throw new UsageException($"{file}, {e.Message}", e);
        }
    }

    private static int Train(FileInfo file, TrainingRun run, bool lockstep, FileInfo? save, FileInfo? json, CancellationToken cancellation)
    {
        OutputFile.CheckWritable(save, json);
        var context = Session.Context(seed: 1) with { TrainingLength = TrainingLength.Full };
        var clock = Stopwatch.StartNew();
        UsageException? unsaved = null;
        LossLine.Step? stepped = null;
        List<TrainingComparison> comparisons =
        [
            .. Enum.GetValues<MirrorKind>()
                .Select(mirror => new TrainingComparison(run, mirror, ParitySuite.Default.Ops)
                {
                    Lockstep = lockstep,
                    Again = $"./parity train {ShellWord.Of(file.ToString())} --steps {run.Steps}{(lockstep ? " --lockstep" : "")}",
                    Stepped = (k, ours, theirs) =>
                    {
                        cancellation.ThrowIfCancellationRequested();
                        stepped?.Invoke(mirror, k, ours.Loss, theirs.Loss);
                    },
                    Finished = trained => unsaved ??= Save(trained, mirror == MirrorKind.ZeroDim ? save : null),
                }),
        ];
        var items = LossLine.Show(run, step =>
        {
            stepped = step;
            return comparisons.SelectMany(c => ParityRun.Run([c], context, cancellation: cancellation)).ToList();
        });
        items = [.. Session.Explained(comparisons, items, context, cancellation)];
        var report = Session.Report(context, items, clock.Elapsed);
        LossLine.Table(items);
        RunPrinter.Items(report);
        RunPrinter.Details(report);
        RunPrinter.Summary(report);
        if (json is not null)
            OutputFile.Write(json, JsonReport.Write(report));
        return unsaved is not null ? throw unsaved
            : report.Parity ? ExitCode.Parity
            : ExitCode.Mismatch;
    }

    /// <summary>Saves on the thread that trained; what went wrong is told once the report is out.</summary>
    private static UsageException? Save(MicrogradTraining trained, FileInfo? file)
    {
        try
        {
            if (file is not null)
                OutputFile.Write(file, trained.Save);
            return null;
        }
        catch (UsageException e)
        {
            return e;
        }
    }
}
