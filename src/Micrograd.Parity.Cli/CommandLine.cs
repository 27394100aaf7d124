using System.CommandLine;
using Micrograd.Parity.Engines.Torch;

namespace Micrograd.Parity.Cli;

/// <summary>Runs a command line; reports in one sentence what cannot be done.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> Run(RootCommand root, string[] args)
    {
        // Without a command there is nothing to do: what commands there are is shown, and the exit code says that nothing was done.
        var parsed = root.Parse(args.Length > 0 ? args : ["--help"]);
        if (parsed.Errors.Count > 0)
        {
            foreach (var message in Mistyped.Messages(parsed))
                Console.Error.WriteLine($"parity: {message}");
            Console.Error.WriteLine("Try 'parity --help', or 'parity COMMAND --help'.");
            return ExitCode.BadUsage;
        }

        Screen.Verbosity = VerbosityOptions.Of(parsed);
        TorchPackages.RestoreWhenMissing(text => Console.Error.WriteLine($"parity: {text}"));

        // Among the others a command is told in a sentence; its own help has all of it.
        if (parsed.CommandResult.Command == root)
        {
            foreach (var command in root.Subcommands)
                command.Description = command.Description!.ReplaceLineEndings(" ").Split(" Example")[0].Split(". ")[0].TrimEnd(' ', '.') + ".";
        }

        // The first Ctrl-C ends the work between two items, with nothing half-written; a second one ends the process.
        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = !interrupted.IsCancellationRequested;
            interrupted.Cancel();
        };

        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            var status = await parsed.InvokeAsync(configuration, interrupted.Token);
            return args.Length > 0 ? status : ExitCode.BadUsage;
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine($"parity: {e.Message}");
            return ExitCode.BadUsage;
        }
        catch (TorchUnavailableException e)
        {
            Console.Error.WriteLine($"parity: {e.Message}");
            Console.Error.WriteLine();
            Console.Error.WriteLine(TorchUnavailableException.HowToGetIt);
            return ExitCode.NoTorch;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("parity: interrupted; nothing was written.");
            return ExitCode.Interrupted;
        }
    }
}
