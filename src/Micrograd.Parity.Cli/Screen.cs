using System.Diagnostics;
using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Reports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Micrograd.Parity.Cli;

/// <summary>
/// Output of the command, all of it: colour and progress on a terminal, plain lines in a pipe or under NO_COLOR. Text is escaped here, so that
/// nothing that a file says moves the cursor or begins a line.
/// </summary>
internal static class Screen
{
    private const int AnyWidth = 100_000;

    private static readonly TimeSpan s_firstLine = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_betweenLines = TimeSpan.FromSeconds(10);

#pragma warning disable RS0030 // The one place that writes to the console.
    private static readonly bool s_isTerminal = !System.Console.IsErrorRedirected;
    private static IAnsiConsole s_error = Console(new OutputWriter(System.Console.Error, null), System.Console.IsErrorRedirected);
    private static IAnsiConsole s_out = Console(new OutputWriter(System.Console.Out, "output"), System.Console.IsOutputRedirected);

#pragma warning restore RS0030

    internal static bool IsTerminal => s_isTerminal;

    /// <summary>Amount of output.</summary>
    internal static Verbosity Verbosity { get; set; }

    internal static bool IsQuiet => Verbosity == Verbosity.Quiet;

    /// <summary>Width to which sentences and help are broken: the terminal's; none in a pipe.</summary>
    internal static int Width => s_out.Profile.Width;

    /// <summary>True on a terminal on which wide tables have no room.</summary>
    internal static bool IsNarrow => Width < 140;

    /// <summary>Prints a line as it is, however long: what is to be copied must not be broken.</summary>
    internal static void Line(string text) => s_out.Profile.Out.Writer.WriteLine(PlainText.OneLine(text));

    /// <summary>Prints a text of several lines as they are, such as a program's source.</summary>
    internal static void Lines(string text) => s_out.Profile.Out.Writer.Write(PlainText.Lines(text));

    /// <summary>Prints a text of several lines; on a terminal those that are too long are broken between words, under their own beginning.</summary>
    internal static void Wrapped(string text)
    {
        var lines = new Queue<string>(text.Length == 0 ? [] : PlainText.Lines(text).TrimEnd('\n').Split('\n'));
        while (lines.TryDequeue(out var line))
        {
            // What follows a line that is too long, and begins as it does, goes on where its last word stands.
            while (
                line.Length > Width
                && lines.TryPeek(out var next)
                && next.Trim().Length > 0
                && IsPlain(line)
                && IsPlain(next)
                && Beginning(next) == Beginning(line)
            )
                line = $"{line.TrimEnd()} {lines.Dequeue().Trim()}";
            foreach (var part in Broken(line))
                s_out.Profile.Out.Writer.WriteLine(part);
        }
    }

    /// <summary>A line in parts that fit the width, broken between words, each but the first under the line's own beginning.</summary>
    private static IEnumerable<string> Broken(string line)
    {
        var (rest, indent) = (line, new string(' ', Math.Min(Beginning(line), Width / 2)));
        while (rest.Length > Width && rest.LastIndexOf(' ', Width) is var at && at > indent.Length && rest[..at].Trim().Length > 0)
        {
            yield return rest[..at].TrimEnd();
            rest = indent + rest[(at + 1)..].TrimStart();
        }

        yield return rest;
    }

    private static bool IsPlain(string line) => !line.Trim().Contains("  ", StringComparison.Ordinal);

    /// <summary>The column at which a line's text begins: in a line of two columns that of the second.</summary>
    private static int Beginning(string line)
    {
        var start = line.Length - line.TrimStart().Length;
        var gap = line.IndexOf("  ", start, StringComparison.Ordinal);
        return gap < 0 ? start : line.Length - line[gap..].TrimStart().Length;
    }

    /// <summary>Prints sentences; on a terminal they are broken between words, under their own beginning.</summary>
    internal static void Prose(string text)
    {
        foreach (var part in Broken(PlainText.OneLine(text)))
            s_out.Profile.Out.Writer.WriteLine(part);
    }

    /// <summary>Prints sentences that begin with a word in colour.</summary>
    internal static void Marked(string colour, string word, string text = "")
    {
        var parts = Broken(word + PlainText.OneLine(text)).ToList();
        s_out.MarkupLine($"[{colour}]{Markup.Escape(word)}[/]{Markup.Escape(parts[0][word.Length..])}");
        foreach (var part in parts.Skip(1))
            s_out.Profile.Out.Writer.WriteLine(part);
    }

    /// <summary>Prints a table, without the blank line that its border begins with and the blanks that its lines end with.</summary>
    internal static void Write(Table table) => s_out.Write(new Flush(table));

    /// <summary>Prints a table of a report's section.</summary>
    internal static void Write(SectionTable section)
    {
        var shown = section.Columns.Index().Where(c => !IsNarrow || !c.Item.OnlyWide).ToList();
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (_, column) in shown)
            table.AddColumn(new TableColumn(Cell(column.Title)) { Alignment = column.IsNumber ? Justify.Right : Justify.Left });
        foreach (var row in section.Rows)
            table.AddRow(shown.ConvertAll(c => Coloured(row[c.Index])).ToArray());
        Write(table);

        static string Coloured(SectionCell cell) => ColourOf(cell.Tone) is { } colour ? $"[{colour}]{Cell(cell.Plain)}[/]" : Cell(cell.Plain);
    }

    /// <summary>Colour of an emphasis; null for none.</summary>
    internal static string? ColourOf(Tone tone) =>
        tone switch
        {
            Tone.Good => "green",
            Tone.Odd => "yellow",
            Tone.Bad => "red",
            _ => null,
        };

    /// <summary>Prints the blocks of a report's section; of those that are quiet, what is wrong alone.</summary>
    internal static void Write(IReadOnlyList<Block> blocks)
    {
        foreach (var table in blocks.OfType<SectionTable>().Where(_ => !IsQuiet))
        {
            Prose($"{table.Caption}:");
            Write(table);
        }

        foreach (var text in blocks.OfType<Reports.Paragraph>().Where(p => !IsQuiet || p.Tone != Tone.Plain))
            Prose(text.Text);
    }

    /// <summary>Text for a table's cell.</summary>
    internal static string Cell(string text) => Markup.Escape(PlainText.Short(text));

    /// <summary>Tells on the error output what went wrong, as one line.</summary>
    internal static void Complain(string text) => Detail($"parity: {text}");

    /// <summary>Prints a line beside the results, on the error output.</summary>
    internal static void Detail(string text) => s_error.Profile.Out.Writer.WriteLine(PlainText.OneLine(text));

    /// <summary>Sends to a writer what is for the error output, until it is disposed.</summary>
    internal static IDisposable RedirectError(TextWriter writer)
    {
        var error = s_error;
        s_error = Console(writer, redirected: true);
        return new Restored(() => s_error = error);
    }

    /// <summary>Runs an action and returns as plain text what it would have printed, on a terminal of some width or in a pipe.</summary>
    internal static string Capture(Action print, int width = AnyWidth)
    {
        var (screen, verbosity, text) = (s_out, Verbosity, new StringWriter());
        (s_out, Verbosity) = (Console(text, redirected: true), Verbosity.Usual);
        s_out.Profile.Width = width;
        try
        {
            print();
        }
        finally
        {
            (s_out, Verbosity) = (screen, verbosity);
        }

        return text.ToString();
    }

    /// <summary>Runs work of a known number of steps and shows progress as <see cref="WithStatus"/> does; with --verbose, each step.</summary>
    internal static T WithProgress<T>(string what, int steps, Func<IProgress<string>, T> run) =>
        WithStatus(tell =>
        {
            var clock = Stopwatch.StartNew();
            var gate = new Lock();
            var done = 0;
            return run(
                new Immediate<string>(name =>
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
                })
            );
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

        return s_error
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(progress =>
            {
                var task = progress.AddTask("starting", maxValue: 1);
                return run(
                    (share, text) =>
                    {
                        task.Description = Cell(text);
                        task.Value = share;
                    }
                );
            });
    }

    private sealed class Flush(IRenderable table) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            foreach (var line in Segment.SplitLines(table.Render(options, maxWidth)).Skip(1))
            {
                var last = line.FindLastIndex(s => !string.IsNullOrWhiteSpace(s.Text));
                for (var i = 0; i <= last; i++)
                    yield return i < last ? line[i] : new Segment(line[i].Text.TrimEnd(), line[i].Style);
                yield return Segment.LineBreak;
            }
        }
    }

    private sealed class Restored(Action restore) : IDisposable
    {
        public void Dispose() => restore();
    }

    private static IAnsiConsole Console(TextWriter writer, bool redirected)
    {
        var plain = redirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
#pragma warning disable RS0030
        var console = AnsiConsole.Create(
#pragma warning restore RS0030
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
                ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
                Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
            }
        );
        if (redirected)
            console.Profile.Width = AnyWidth;
        return console;
    }
}
