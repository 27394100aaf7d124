using System.CommandLine;
using System.Text.Json.Nodes;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Training;
using Spectre.Console;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity record</c>.</summary>
internal static class RecordCommand
{
    internal static Command Create()
    {
        var file = new Argument<FileInfo?>("FILE.json")
        {
            Description = "A program (docs/program-format.md) or a training file (docs/training-file.md).",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var program = new Option<string?>("--program")
        {
            Description = "A program of the repository, by its name; 'parity list program' shows them.",
        };
        var result = new Option<FileInfo>("--out") { Description = "Write the trace to this file.", Required = true };
        var command = new Command(
            "record",
            """
            Records a program or a training run of this repository's engine as a trace that 'parity check' reads: an example of the format, and
            a reference for another engine's trace.

            Examples:
              parity record --program "README of micrograd" --out trace.jsonl
              parity record comparisons/Training/examples/xor.json --out xor.jsonl
              parity record fuzz-corpus/found.json --out found.jsonl
            """
        )
        {
            file,
            program,
            result,
        };
        command.Runs((parsed, cancellation) => Record(parsed.GetValue(file), parsed.GetValue(program), parsed.GetValue(result)!, cancellation));
        return command;
    }

    private static int Record(FileInfo? file, string? name, FileInfo result, CancellationToken cancellation)
    {
        OutputFile.CheckWritable(result);
        if (file is null == name is null)
            throw new UsageException("name either a FILE.json or a --program.");
        if (name is not null)
        {
            Write(Named(name));
        }
        else if (Text(file!) is var text && text.Contains($"\"{ProgramWriter.Format}\"", StringComparison.Ordinal))
        {
            Write(Read(file!, () => ProgramReader.Read(text, ParitySuite.Default.Ops)));
        }
        else
        {
            var run = Read(file!, () =>
                AnyMlp.Run(TrainingFile.Parse(text, AllParts.Default, Path.GetFileNameWithoutExtension(file!.Name), file.DirectoryName!))
            );
            OutputFile.Write(result, path => OwnTraces.Record(path, Portable(text, file!, result), run, cancellation));
        }

        Screen.Prose($"Recorded in {result}. To check it:");
        Screen.Line($"  parity check {ShellWord.Of(result.ToString())}");
        return ExitCode.Parity;

        void Write(Programs.Program program) => OutputFile.Write(result, path => OwnTraces.Record(path, program, ParitySuite.Default.Ops));
    }

    /// <summary>A program of a file, or else of the repository by its name.</summary>
    internal static Programs.Program Meant(string fileOrName) =>
        File.Exists(fileOrName) && new FileInfo(fileOrName) is var file
            ? Read(file, () => ProgramReader.Read(Text(file), ParitySuite.Default.Ops))
            : Named(fileOrName);

    private static Programs.Program Named(string name)
    {
        var programs = ParitySuite.Default.Programs;
        return programs.FirstOrDefault(p => p.Name == name)
            ?? throw new UsageException(
                $"unknown program '{name}'{Nearest.Ending(name, programs.Select(p => p.Name))} 'parity list program' shows the names."
            );
    }

    private static string Text(FileInfo file)
    {
        return InputFile.ReadText(file.ToString());
    }

    private static T Read<T>(FileInfo file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ProgramFormatException e)
        {
            throw new UsageException($"{file}, {e.Message}", e);
        }
        catch (TrainingFileException e)
        {
            throw new UsageException($"{file}, {e.Message}", e);
        }
    }

    /// <summary>A training file's text with paths relative to the trace, and the name that it has by its file.</summary>
    private static string Portable(string text, FileInfo file, FileInfo result)
    {
        var options = new System.Text.Json.JsonDocumentOptions
        {
            CommentHandling = System.Text.Json.JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
        };
        var training = JsonNode.Parse(text, documentOptions: options)!.AsObject();
        training["name"] ??= Path.GetFileNameWithoutExtension(file.Name);
        if (training["data"] is JsonObject data && (string?)data["path"] is { } path)
            data["path"] = Path.GetRelativePath(result.DirectoryName!, Path.Combine(file.DirectoryName!, path));
        return training.ToJsonString();
    }
}
