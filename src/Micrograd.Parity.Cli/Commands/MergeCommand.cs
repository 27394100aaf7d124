using System.CommandLine;
using System.Text.Json.Nodes;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity merge</c>.</summary>
internal static class MergeCommand
{
    internal static Command Create()
    {
        var files = new Argument<FileInfo[]>("FILE")
        {
            Description = "What parity fuzz --json wrote, one file a shard.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<FileInfo?>("--out", "-o") { Description = "Write the whole to this file; without it, it is printed." };
        var command = new Command(
            "merge",
            """
            Adds up the results of fuzzing that was split by --shard. Exit code 1 if a program differs. Needs no PyTorch.

            Example:
              parity merge 1.json 2.json 3.json --out all.json
            """
        )
        {
            files,
            output,
        };
        command.SetAction(parsed => Merge(parsed.GetValue(files)!, parsed.GetValue(output)));
        return command;
    }

    private static int Merge(FileInfo[] files, FileInfo? output)
    {
        if (output is not null)
            OutputFile.CheckWritable(output);
        string merged;
        try
        {
            merged = FuzzMerge.Merge([.. files.Select(f => (f.ToString(), InputFile.ReadText(f.ToString())))]);
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message, e);
        }

        var differing = (long)JsonNode.Parse(merged)!["summary"]!["differing"]!;
        if (output is null)
            Screen.Lines(merged);
        else
            OutputFile.Write(output, merged);
        return differing == 0 ? ExitCode.Parity : ExitCode.Mismatch;
    }
}
