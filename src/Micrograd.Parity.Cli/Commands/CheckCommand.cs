using System.CommandLine;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity check</c>.</summary>
internal static class CheckCommand
{
    internal static Command Create()
    {
        var file = new Argument<FileInfo>("TRACE.jsonl") { Description = "The trace; docs/trace-format.md says how it is written." };
        var program = new Option<string?>("--program")
        {
            Description = "What graphs were meant to compute: a file (docs/program-format.md), or a program of the repository by its name.",
        };
        var all = new Option<bool>("--all") { Description = "Show every mistake, not the first of each cause only." };
        var kernels = RunCommand.Kernels;
        var json = OutputFile.Json;
        var command = new Command(
            "check",
            """
            Finds the bug in another engine. Checks a trace of graphs or of a training run against PyTorch, and names the first wrong op,
            gradient or training step and what is known of it. Each number is judged from the recorded numbers beside it, so that a bug is named
            where it arises and not where it spreads. Rounding is told from bugs: differences by float32, another mathematical library, another
            order of summation or another composition of ops are listed and count as benign.

            src/recorders/python/parity_trace.py records engines in Python, Micrograd.Parity.Diagnosis.Traces.GraphRecorder those in .NET.

            Examples:
              parity check trace.jsonl
              parity check trace.jsonl --all --json out.json
              parity check trace.jsonl --program neuron
            """
        )
        {
            file,
            program,
            all,
            kernels,
            json,
        };
        command.Runs(
            (parsed, cancellation) =>
                Check(
                    parsed.GetValue(file)!,
                    parsed.GetValue(program) is { } name ? RecordCommand.Meant(name) : null,
                    parsed.GetValue(all),
                    parsed.GetValue(kernels),
                    parsed.GetValue(json),
                    cancellation
                )
        );
        return command.WithVerbosity();
    }

    private static int Check(FileInfo file, Programs.Program? meant, bool all, KernelChoice kernels, FileInfo? json, CancellationToken cancellation)
    {
        OutputFile.CheckWritable(json);
        var report = Read(file, meant, kernels, cancellation);
        var diagnosis = report.HasMistakes ? Session.Diagnosis : null;
        CheckPrinter.Print(report, diagnosis, all);
        if (json is not null)
            OutputFile.Write(json, CheckJson.Write(report, diagnosis));
        return report.HasMistakes ? ExitCode.Mismatch : ExitCode.Parity;
    }

    private static TraceReport Read(FileInfo file, Programs.Program? meant, KernelChoice kernels, CancellationToken cancellation)
    {
        try
        {
            using var reader = TraceReader.Open(file.FullName, ParitySuite.TraceOps, AllParts.Default, AnyMlp.Run);
            var torch = TorchLibrary.Load(kernels);
            return Screen.WithStatus(tell =>
                TraceReport.Read(
                    reader,
                    file.ToString(),
                    torch,
                    ParitySuite.TraceOps,
                    meant,
                    share => tell(share, $"checking {file.Name}"),
                    cancellation
                )
            );
        }
        catch (TraceFormatException e)
        {
            throw new UsageException(e.Message, e);
        }
    }
}
