using System.CommandLine;
using Micrograd.Parity.Running;

namespace Micrograd.Parity.Cli;

/// <summary>Says what was wrong with a command line, and what may have been meant.</summary>
internal static class Mistyped
{
    /// <summary>A line for each mistake.</summary>
    internal static IEnumerable<string> Messages(ParseResult parsed)
    {
        var unknown = parsed.UnmatchedTokens;
        var command = parsed.CommandResult.Command;
        foreach (var error in parsed.Errors)
        {
            var token = unknown.FirstOrDefault(t => error.Message.Contains($"'{t}'", StringComparison.Ordinal));
            if (token is not null)
                yield return Unknown(token, command);
            else if (unknown.Count == 0 || command.Subcommands.Count == 0)
                yield return error.Message;
        }
    }

    /// <summary>There is no such option, and which one may have been meant.</summary>
    internal static string Option(string token, Command command) =>
        $"there is no option '{token}'.{Nearest.Question(token, command.Options.SelectMany(o => o.Aliases.Prepend(o.Name)))}";

    private static string Unknown(string token, Command command) =>
        token.StartsWith('-') ? Option(token, command)
        : command.Subcommands.Count > 0 ? $"there is no command '{token}'.{Nearest.Question(token, command.Subcommands.Select(c => c.Name))}"
        : $"'{token}' is one argument too many for '{command.Name}'.";
}
