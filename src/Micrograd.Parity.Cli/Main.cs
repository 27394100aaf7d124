using System.CommandLine;
using Micrograd.Parity.Cli;
using Micrograd.Parity.Cli.Commands;
using Micrograd.Parity.Engines.Torch;

var root = new RootCommand(
    """
    Compares the Micrograd autograd engine with PyTorch: every operation, value, gradient and training run, bit for bit.

    Examples:
      parity run                      compare everything
      parity run tanh                 compare what has tanh in its name
      parity run "tanh @ 0.5"         compare one op at one point
      parity run training             compare the training runs
      parity train xor.json           train a network of your own on both sides
      parity fuzz                     compare random programs
      parity run --kernels plain      compare with PyTorch's kernels for any processor
      parity run --vectors            compare with PyTorch's vectors, within derived bounds
      parity bounds                   check those bounds against exact values
      parity opinions tanh            what finite differences and exact values say of both sides
      parity check trace.jsonl        find the mistake in what another engine recorded
      parity report                   compare everything, and write the results in five formats
      parity ops                      every operation with its verdict
      parity doctor                   what is installed, and what to do about what is not
      parity new-op sinc              skeletons of an operation to be added
      ./parity test                   all tests (by the script in the repository)
      ./parity pack                   the packages (likewise)

    Exit codes: 0 parity, 1 mismatch, 2 bad usage or input, 3 no PyTorch to compare with.
    """
)
{
    RunCommand.Create(),
    FuzzCommand.Create(),
    MergeCommand.Create(),
    OpsCommand.Create(),
    ListCommand.Create(),
    DrawCommand.Create(),
    FaultsCommand.Create(),
    ProveCommand.Create(),
    TrainCommand.Create(),
    BoundsCommand.Create(),
    OpinionsCommand.Create(),
    CheckCommand.Create(),
    RecordCommand.Create(),
    ReportCommand.Create(),
    CompareCommand.Create(),
    BenchCommand.Create(),
    MutateCommand.Create(),
    DoctorCommand.Create(),
    FunctionsCommand.Create(),
    NewOpCommand.Create(),
    CompletionCommand.Create(),
};

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
