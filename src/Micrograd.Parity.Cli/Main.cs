using System.CommandLine;
using Micrograd.Parity.Cli;
using Micrograd.Parity.Cli.Commands;

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
      parity diff original port       find where a port's training parts from its original's
      parity report                   compare everything, and write the results in five formats
      parity ops                      every operation with its verdict
      parity doctor                   what is installed, and what to do about what is not

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
    DiffCommand.Create(),
    RecordCommand.Create(),
    ReportCommand.Create(),
    CompareCommand.Create(),
    DoctorCommand.Create(),
    FunctionsCommand.Create(),
    CompletionCommand.Create(),
};
return await CommandLine.Run(root, args);
