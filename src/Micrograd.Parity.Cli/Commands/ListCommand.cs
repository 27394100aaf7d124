using System.CommandLine;
using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity list</c>.</summary>
internal static class ListCommand
{
    internal static Command Create()
    {
        var filter = RunCommand.Filter;
        var command = new Command(
            "list",
            """
            Lists the names of everything that can be compared, one per line: kind, then name. Needs no PyTorch.

            Examples:
              parity list
              parity list program
            """
        )
        {
            filter,
        };
        command.SetAction(parsed =>
        {
            foreach (var item in Session.Select(parsed.GetValue(filter), null, out _))
                Screen.Line($"{item.Kind.Word, -8} {item.Name}");
            return ExitCode.Parity;
        });
        return command;
    }
}
