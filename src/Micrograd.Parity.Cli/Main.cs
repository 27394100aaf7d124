using System.CommandLine;
using Micrograd.Parity.Cli;
using Micrograd.Parity.Cli.Commands;
using Micrograd.Parity.Torch;

var root = new RootCommand(
    """
    Compares the Micrograd autograd engine with PyTorch: every operation, value and gradient, bit for bit.

    Examples:
      parity run                      compare everything
      parity run tanh                 compare what has tanh in its name
      parity run "tanh @ 0.5"         compare one op at one point
      parity ops                      every operation with its verdict
      parity doctor                   what is installed, and what to do about what is not

    Exit codes: 0 parity, 1 mismatch, 2 bad usage or input, 3 no PyTorch to compare with.
    """)
{
    RunCommand.Create(),
    OpsCommand.Create(),
    ListCommand.Create(),
    DrawCommand.Create(),
    ProveCommand.Create(),
    BenchCommand.Create(),
    DoctorCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
        Console.Error.WriteLine($"parity: {error.Message}");
    Console.Error.WriteLine("Try 'parity --help', or 'parity COMMAND --help'.");
    return ExitCode.BadUsage;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
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
