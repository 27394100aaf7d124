using System.Diagnostics;
using Spectre.Console;

namespace Micrograd.Parity.Cli;

/// <summary>What the command prints: colour and progress on a terminal, plain lines in a pipe or under NO_COLOR.</summary>
internal static class Screen
{
    private static readonly TimeSpan s_betweenLines = TimeSpan.FromSeconds(10);

    internal static IAnsiConsole Out { get; private set; } = Console(System.Console.Out, System.Console.IsOutputRedirected);

    internal static IAnsiConsole Error { get; } = Console(System.Console.Error, System.Console.IsErrorRedirected);

    internal static bool IsTerminal => !System.Console.IsErrorRedirected;

    /// <summary>What something prints, as plain text, in place of printing it.</summary>
    internal static string Capture(Action print)
    {
        var (screen, text) = (Out, new StringWriter());
        Out = Console(text, redirected: true);
        try
        {
            print();
        }
        finally
        {
            Out = screen;
        }

        return text.ToString();
    }

    /// <summary>Runs something long with a progress bar on a terminal; in a pipe there is none.</summary>
    internal static T WithProgress<T>(string what, int steps, Func<Action<string>, T> run)
    {
        if (!IsTerminal)
            return run(_ => { });
        return Error.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(progress =>
            {
                var task = progress.AddTask(Markup.Escape(what), maxValue: steps);
                return run(name =>
                {
                    task.Description = Markup.Escape($"{what}: {name}");
                    task.Increment(1);
                });
            });
    }

    /// <summary>
    /// Runs something whose length is known only roughly: on a terminal with a bar, in a pipe with a plain line on the error output now
    /// and then.
    /// </summary>
    /// <param name="run">Given what to tell the share that is done (0 to 1) and how things stand.</param>
    internal static T WithStatus<T>(Func<Action<double, string>, T> run)
    {
        if (!IsTerminal)
        {
            var clock = Stopwatch.StartNew();
            var next = TimeSpan.Zero;
            return run((_, text) =>
            {
                if (clock.Elapsed < next)
                    return;
                next = clock.Elapsed + s_betweenLines;
                Error.WriteLine(text);
            });
        }

        return Error.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new RemainingTimeColumn())
            .Start(progress =>
            {
                var task = progress.AddTask("", maxValue: 1);
                return run((share, text) =>
                {
                    task.Description = Markup.Escape(text);
                    task.Value = share;
                });
            });
    }

    private static IAnsiConsole Console(TextWriter writer, bool redirected)
    {
        var plain = redirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
            console.Profile.Width = 160;
        return console;
    }
}
