using System.CommandLine;

namespace Micrograd.Parity.Cli;

/// <summary>Amount of output of a command.</summary>
internal enum Verbosity
{
    /// <summary>Results, and progress while it lasts.</summary>
    Usual,

    /// <summary>Only differences and the verdict.</summary>
    Quiet,

    /// <summary>Results, progress, each step, and the path of PyTorch.</summary>
    Verbose,
}

/// <summary>The options --quiet and --verbose of the commands that take their time.</summary>
internal static class VerbosityOptions
{
    private static readonly Option<bool> s_quiet = new("--quiet", "-q") { Description = "Print only what differs, and the verdict." };

    private static readonly Option<bool> s_verbose = new("--verbose", "-v")
    {
        Description = "Tell each step on the error output, with the time since the start, and where PyTorch was found.",
    };

    /// <summary>Adds both options to a command.</summary>
    internal static Command WithVerbosity(this Command command)
    {
        command.Add(s_quiet);
        command.Add(s_verbose);
        command.Validators.Add(result =>
        {
            if (result.GetValue(s_quiet) && result.GetValue(s_verbose))
                result.AddError("--quiet and --verbose exclude each other.");
        });
        return command;
    }

    /// <summary>Runs a command's work on a thread of its own, so that signals reach the command meanwhile.</summary>
    internal static void Runs(this Command command, Func<ParseResult, CancellationToken, int> work) =>
        command.SetAction((parsed, cancellation) => Task.Run(() => work(parsed, cancellation), CancellationToken.None));

    /// <summary>Verbosity that the options set.</summary>
    internal static Verbosity Read(ParseResult parsed) =>
        parsed.GetValue(s_quiet) ? Verbosity.Quiet
        : parsed.GetValue(s_verbose) ? Verbosity.Verbose
        : Verbosity.Usual;
}
