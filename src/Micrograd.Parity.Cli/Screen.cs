using Spectre.Console;

namespace Micrograd.Parity.Cli;

/// <summary>What the command prints: colour and progress on a terminal, plain lines in a pipe or under NO_COLOR.</summary>
internal static class Screen
{
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
