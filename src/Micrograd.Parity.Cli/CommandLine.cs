using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Cli;

/// <summary>Runs a command line; reports in one sentence what cannot be done.</summary>
internal static class CommandLine
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static bool s_isEnding;

    /// <summary>Runs a command.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> Run(RootCommand root, string[] args)
    {
        AppDomain.CurrentDomain.UnhandledException += (_, thrown) => Environment.Exit(Told((Exception)thrown.ExceptionObject));
        try
        {
            return await Invoke(root, args is ["help", .. var rest] ? [.. rest, "--help"] : args);
        }
        catch (Exception e)
        {
            return Told(e);
        }
    }

    private static async Task<int> Invoke(RootCommand root, string[] args)
    {
        // Lines are broken where the terminal's width is known.
        if (root.Options.OfType<HelpOption>().FirstOrDefault()?.Action is HelpAction help)
            help.MaxWidth = int.MaxValue;

        // Without a command there is nothing to do: what commands there are is shown, and the exit code says that nothing was done.
        var parsed = root.Parse(args.Length > 0 ? args : ["--help"]);
        if (parsed.Errors.Count > 0)
        {
            foreach (var message in Mistyped.Messages(parsed))
                Screen.Complain(message);
            Screen.Detail("Try 'parity --help', or 'parity COMMAND --help'.");
            return ExitCode.BadUsage;
        }

        Screen.Verbosity = VerbosityOptions.Read(parsed);
        TorchPackages.RestoreWhenMissing(Screen.Complain);

        // Among the others a command is told in a sentence; its own help has all of it.
        if (parsed.CommandResult.Command == root)
        {
            foreach (var command in root.Subcommands)
                command.Description = command.Description!.ReplaceLineEndings(" ").Split(" Example")[0].Split(". ")[0].TrimEnd(' ', '.') + ".";
        }

        using var interrupted = new CancellationTokenSource();
        var signals = Array.ConvertAll([PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP], s => EndsWork(s, interrupted));
        string? seen = null,
            told = null;
        using var watch = new Timer(_ => (seen, told) = Waited(seen, told), null, s_patience, s_patience);
        try
        {
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = new StringWriter(),
            };
            var status = await parsed.InvokeAsync(configuration, interrupted.Token);
            Screen.Wrapped(configuration.Output.ToString()!);
            return args.Length > 0 ? status : ExitCode.BadUsage;
        }
        finally
        {
            foreach (var signal in signals)
                signal.Dispose();
        }
    }

    /// <summary>
    /// Makes the first signal end the work between two items, with nothing half-written, and a second one the process. Work that waits for a
    /// file, such as a pipe without a writer, has nothing to end.
    /// </summary>
    private static PosixSignalRegistration EndsWork(PosixSignal signal, CancellationTokenSource work) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = InputFile.WaitsFor is not null || !work.IsCancellationRequested;
            if (InputFile.WaitsFor is not null && Interlocked.Exchange(ref s_isEnding, true) is false)
                Environment.Exit(Told(new OperationCanceledException()));
            work.Cancel();
        });

    /// <summary>Tells once of a file that has kept the command waiting since the last look.</summary>
    private static (string? Seen, string? Told) Waited(string? seen, string? told)
    {
        var file = InputFile.WaitsFor;
        if (file is null || file != seen || file == told)
            return (file, told);
        Screen.Complain($"waiting for {file}, which has no end yet.");
        return (file, file);
    }

    /// <summary>Tells what ended the command, in a line.</summary>
    /// <returns>The exit code for it.</returns>
    private static int Told(Exception e)
    {
        switch (e)
        {
            case AggregateException { InnerException: { } inner }:
                return Told(inner);
            case OperationCanceledException:
                Screen.Complain("interrupted; nothing was written.");
                return ExitCode.Interrupted;
            case TorchUnavailableException:
                Screen.Complain(e.Message);
                Screen.Detail("");
                foreach (var line in TorchUnavailableException.HowToGetIt.Split('\n'))
                    Screen.Detail(line);
                return ExitCode.NoTorch;
            case UsageException or InputFileException or TrainingFileException or TraceFormatException or ProgramFormatException:
                Screen.Complain(e.Message);
                return ExitCode.BadUsage;
            case OutOfMemoryException:
                Screen.Complain("there is not enough memory for this.");
                return ExitCode.BadUsage;
            default:
                Screen.Complain($"this was not foreseen, and is a mistake of parity: {e.GetType().Name}: {e.Message}{Place(e)}");
                return ExitCode.BadUsage;
        }
    }

    /// <summary>The innermost method of the project's own on the way to an exception.</summary>
    private static string Place(Exception e)
    {
        var frames = (e.StackTrace ?? "").Split('\n', StringSplitOptions.TrimEntries);
        return frames.FirstOrDefault(f => f.StartsWith("at Micrograd.", StringComparison.Ordinal)) is { } own ? $" ({own})" : "";
    }
}
