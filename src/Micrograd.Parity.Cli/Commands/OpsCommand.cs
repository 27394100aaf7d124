using System.CommandLine;
using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity ops</c>.</summary>
internal static class OpsCommand
{
    internal static Command Create()
    {
        var (filter, seed) = (RunCommand.Filter, RunCommand.Seed);
        var command = new Command(
            "ops",
            """
            Shows each op as written on both sides, the number of points at which it was compared, and the verdict.

            Examples:
              parity ops
              parity ops pow
            """
        )
        {
            filter,
            seed,
        };
        command.Runs(
            (parsed, cancellation) =>
            {
                var selected = Session.Select(parsed.GetValue(filter), ItemKind.Op, out var parsedFilter);
                var report = Session.Run(selected, parsedFilter, parsed.GetValue(seed), full: false, cancellation);
                RunPrinter.Ops(report);
                RunPrinter.Summary(report);
                return report.Parity ? ExitCode.Parity : ExitCode.Mismatch;
            }
        );
        return command.WithVerbosity();
    }
}
