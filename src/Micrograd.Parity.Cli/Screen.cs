using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Micrograd.Parity.Cli;

/// <summary>Output of the command: colour and progress on a terminal, plain lines in a pipe or under NO_COLOR.</summary>
internal static class Screen
{
    private static readonly TimeSpan s_firstLine = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_betweenLines = TimeSpan.FromSeconds(10);

    internal static IAnsiConsole Out { get; private set; } = Console(System.Console.Out, System.Console.IsOutputRedirected);

    internal static IAnsiConsole Error { get; } = Console(System.Console.Error, System.Console.IsErrorRedirected);

    internal static bool IsTerminal => !System.Console.IsErrorRedirected;

    /// <summary>Amount of output.</summary>
    internal static Verbosity Verbosity { get; set; }

    internal static bool IsQuiet => Verbosity == Verbosity.Quiet;

    /// <summary>Prints a line as it is, however long: what is to be copied must not be broken.</summary>
    internal static void Line(string text) => Out.Profile.Out.Writer.WriteLine(text);

    /// <summary>Runs an action and returns as plain text what it would have printed.</summary>
    internal static string Capture(Action print)
    {
        var (screen, verbosity, text) = (Out, Verbosity, new StringWriter());
        (Out, Verbosity) = (Console(text, redirected: true), Verbosity.Usual);
        try
        {
            print();
        }
        finally
        {
            (Out, Verbosity) = (screen, verbosity);
        }

        return text.ToString();
    }

    /// <summary>Runs work of a known number of steps and shows progress as <see cref="WithStatus"/> does; with --verbose, each step.</summary>
    internal static T WithProgress<T>(string what, int steps, Func<Action<string>, T> run) =>
        WithStatus(tell =>
        {
            var clock = Stopwatch.StartNew();
            var gate = new Lock();
            var done = 0;
            return run(name =>
            {
                lock (gate)
                {
                    done++;
                    if (Verbosity == Verbosity.Verbose)
                        Detail(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds, 7:0.00} s  {done} of {steps}  {name}"));
                    if (Verbosity == Verbosity.Verbose && !IsTerminal)
                        return;
                    tell(
                        (double)done / steps,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{what}: {done} of {steps}, {done / clock.Elapsed.TotalSeconds:0.#} a second: {name}"
                        )
                    );
                }
            });
        });

    /// <summary>
    /// Runs something whose length is known at least roughly: on a terminal with a bar and the time left, in a pipe, once it has taken two
    /// seconds, with a plain line on the error output now and then; quietly, without.
    /// </summary>
    /// <param name="run">The work; receives a callback that takes the fraction done (0 to 1) and a status text.</param>
    internal static T WithStatus<T>(Func<Action<double, string>, T> run)
    {
        if (IsQuiet)
            return run((_, _) => { });
        if (!IsTerminal)
        {
            var clock = Stopwatch.StartNew();
            var next = s_firstLine;
            return run(
                (share, text) =>
                {
                    if (clock.Elapsed < next || share >= 1)
                        return;
                    next = clock.Elapsed + s_betweenLines;
                    Detail(share > 0 ? $"{text}; {clock.Elapsed * ((1 - share) / share):hh\\:mm\\:ss} left" : text);
                }
            );
        }

        return Error
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(progress =>
            {
                var task = progress.AddTask("starting", maxValue: 1);
                return run(
                    (share, text) =>
                    {
                        task.Description = Markup.Escape(text);
                        task.Value = share;
                    }
                );
            });
    }

    /// <summary>A line beside the results, on the error output.</summary>
    internal static void Detail(string text)
    {
        if (IsTerminal)
            Error.WriteLine(text);
        else
            System.Console.Error.WriteLine(text);
    }

    private static IAnsiConsole Console(TextWriter writer, bool redirected)
    {
        var plain = redirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
                ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
                Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
            }
        );
        if (redirected)
            console.Profile.Width = 160;
        return console;
    }
}
