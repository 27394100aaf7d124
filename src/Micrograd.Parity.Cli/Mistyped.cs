using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Cli;

/// <summary>Error messages for command lines, with what may have been meant.</summary>
internal static partial class Mistyped
{
    private static readonly string[] s_ofTheScript = ["test", "pack", "mutate", "bench", "new-op"];

    /// <summary>Messages for the errors of a command line, one line each.</summary>
    internal static IEnumerable<string> Messages(ParseResult parsed)
    {
        var unknown = parsed.UnmatchedTokens;
        var command = parsed.CommandResult.Command;
        foreach (var error in parsed.Errors)
        {
            var token = unknown.FirstOrDefault(t => error.Message.Contains($"'{t}'", StringComparison.Ordinal));
            if (token is not null)
                yield return Unknown(token, command);
            else if (error.SymbolResult is OptionResult { Tokens.Count: 0, Option: var empty })
                yield return $"{empty.Name} is given without a value.";
            else if (error.SymbolResult is ArgumentResult { Tokens.Count: 0, Argument: var missing })
                yield return $"{missing.Name} is missing: '{command.Name}' takes {string.Join(" ", command.Arguments.Select(a => a.Name))}.";
            else if (unknown.Count == 0 || command.Subcommands.Count == 0)
                yield return Unreadable().Match(error.Message) is { Success: true } value ? Value(value.Groups) : error.Message;
        }
    }

    /// <summary>Message for an unknown option, with the nearest known one.</summary>
    internal static string Option(string token, Command command) =>
        $"unknown option '{token}'{Nearest.Ending(token, command.Options.SelectMany(o => o.Aliases.Prepend(o.Name)))}";

    /// <summary>Message for an argument of the wrong type, in words of the command line: the library names types of C#.</summary>
    private static string Value(GroupCollection message)
    {
        var choices = message["choices"].Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var wanted =
            choices.Length > 0 ? $"one of {string.Join(", ", choices).ToLowerInvariant()}"
            : message["type"].Value.Contains("FileInfo", StringComparison.Ordinal) ? "the name of a file"
            : message["type"].Value.Contains("DirectoryInfo", StringComparison.Ordinal) ? "the name of a folder"
            : message["type"].Value.Contains("Int", StringComparison.Ordinal) ? "a whole number"
            : "a number";
        return $"{message["place"].Value} cannot be '{PlainText.Short(message["value"].Value)}': it is {wanted}.";
    }

    [GeneratedRegex(
        @"^Cannot parse argument '(?<value>.*)' for \w+ '(?<place>[^']*)' as expected type '(?<type>[^']*)'\.(\s*Did you mean one of the following\?(?<choices>.*))?$",
        RegexOptions.Singleline
    )]
    private static partial Regex Unreadable();

    private static string Unknown(string token, Command command) =>
        token.StartsWith('-') ? Option(token, command)
        : s_ofTheScript.Contains(token) && command.Subcommands.Count > 0
            ? $"'{token}' is for those who change parity itself: './parity {token}' in a clone of its repository."
        : command.Subcommands.Count > 0 ? $"unknown command '{token}'{Nearest.Ending(token, command.Subcommands.Select(c => c.Name))}"
        : $"'{token}' is one argument too many for '{command.Name}'.";
}
