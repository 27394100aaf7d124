using System.CommandLine;
using Micrograd.Parity.Diff;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Reports.Html;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity diff</c>.</summary>
internal static class DiffCommand
{
    internal static Command Create()
    {
        var original = new Argument<DirectoryInfo>("ORIGINAL")
        {
            Description = "The original's recording, a folder; docs/recording.md says how it is made.",
        };
        var port = new Argument<DirectoryInfo>("PORT") { Description = "The port's recording." };
        var steps = new Option<int?>("--steps") { Description = "Compare at most this many steps." };
        var all = new Option<bool>("--all") { Description = "Show every finding, and how names were matched." };
        var json = OutputFile.Json;
        var html = new Option<FileInfo?>("--html") { Description = "Write the results to this file as one HTML page." };
        var command = new Command(
            "diff",
            """
            Finds where a port's training parts from the original's, and why. Compares two recordings of training runs, made by
            src/recorders/python/parity_torch.py in Python and by Micrograd.Parity.Recording in .NET: settings, initial parameters, then step by step
            the batch, each module's output, the loss, gradients, clipping and the optimizer's update. Modules, losses and optimizers whose kind is
            known are computed anew in float64 from what each side recorded itself, which tells which side is wrong, and rounding from mistakes.

            Exit code 0 if all is the same or rounding explains it, 1 if the runs part.

            Examples:
              parity diff original port
              parity diff original port --all --html diff.html
              parity diff runs/python runs/csharp --steps 3 --json diff.json
            """
        )
        {
            original,
            port,
            steps,
            all,
            json,
            html,
        };
        command.Runs(
            (parsed, cancellation) =>
                Compare(
                    parsed.GetValue(original)!.ToString(),
                    parsed.GetValue(port)!.ToString(),
                    parsed.GetValue(steps),
                    parsed.GetValue(all),
                    parsed.GetValue(json),
                    parsed.GetValue(html),
                    cancellation
                )
        );
        return command.WithVerbosity();
    }

    private static int Compare(string original, string port, int? steps, bool all, FileInfo? json, FileInfo? html, CancellationToken cancellation)
    {
        if (steps < 1)
            throw new UsageException("--steps must be 1 or more.");
        OutputFile.CheckWritable(json, html);
        TorchLibrary.Load(KernelChoice.Best);
        var result = Screen.WithStatus(tell => RunDiff.Compare(original, port, steps ?? int.MaxValue, tell, cancellation));
        DiffPrinter.Print(result, all);
        if (json is not null)
            OutputFile.Write(json, DiffJson.Write(result));
        if (html is not null)
            OutputFile.Write(html, HtmlReport.Write(result));
        return result.Verdict == DiffVerdict.Parted ? ExitCode.Mismatch : ExitCode.Parity;
    }
}
