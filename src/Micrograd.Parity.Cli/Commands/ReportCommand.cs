using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Reports.Html;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity report</c>.</summary>
internal static class ReportCommand
{
    /// <summary>Each format: its name, its file, its writer.</summary>
    private static readonly (string Name, string File, Func<RunReport, string> Write)[] s_formats =
    [
        ("html", "report.html", HtmlReport.Write),
        ("md", "report.md", MarkdownReport.Write),
        ("json", "report.json", JsonReport.Write),
        ("junit", "report.junit.xml", JUnitReport.Write),
        ("txt", "report.txt", Text),
    ];

    internal static Command Create()
    {
        var filter = RunCommand.Filter;
        var seed = new Option<int?>("--seed") { Description = "Seed of all random points; 1 without it." };
        var formats = new Option<string>("--format")
        {
            Description = $"What to write, separated by commas: {string.Join(", ", s_formats.Select(f => f.Name))}. All without it.",
            DefaultValueFactory = _ => string.Join(',', s_formats.Select(f => f.Name)),
        };
        var folder = new Option<DirectoryInfo>("--out", "-o")
        {
            Description = "The folder to write to; made where there is none.",
            DefaultValueFactory = _ => new DirectoryInfo("parity-report"),
        };
        var from = new Option<FileInfo?>("--from") { Description = "Report a saved run (its JSON) in place of running." };
        var with = new Option<FileInfo[]>("--with")
        {
            Description =
                "Show the results of another command beside the run: what parity fuzz, bench, faults or opinions wrote with --json. May be given more than once.",
            DefaultValueFactory = _ => [],
        };
        var full = new Option<bool>("--full") { Description = "Make all steps of all training runs, against both mirrors." };
        var open = new Option<bool>("--open") { Description = "Open the HTML report when it is written." };
        var command = new Command(
            "report",
            """
            Compares, then writes the results as HTML, Markdown, JSON, JUnit XML and plain text. The HTML is one file that needs no network and
            no script. Exit code 1 if something mismatches. With --from it needs no PyTorch. Documents named by --with are shown in the HTML and
            the Markdown.

            Examples:
              parity report
              parity report --format html --open
              parity report "*elu*" --seed 7 --out elu
              parity report --full --with fuzz.json --with bench.json
              parity report --with opinions.json --with faults.json
              parity report --from parity-report/report.json --format md,junit
            """
        )
        {
            filter,
            seed,
            full,
            formats,
            folder,
            from,
            with,
            open,
        };
        command.Runs(
            (parsed, cancellation) =>
            {
                var chosen = Chosen(parsed.GetValue(formats)!);
                var saved = parsed.GetValue(from);
                if (parsed.GetValue(open) && !chosen.Any(f => f.Name == "html"))
                    throw new UsageException("--open opens the HTML report: add html to --format.");
                if (saved is not null && (parsed.GetValue(filter) is not null || parsed.GetValue(seed) is not null || parsed.GetValue(full)))
                    throw new UsageException("--from reports a finished run: neither FILTER nor --seed nor --full can change it.");
                var beside = SavedRun.Beside(parsed.GetValue(with)!);
                OutputFile.MakeFolder(parsed.GetValue(folder)!);
                var report = saved is not null
                    ? SavedRun.Read(saved)
                    : Run(parsed.GetValue(filter), parsed.GetValue(seed) ?? 1, parsed.GetValue(full), cancellation);
                Write(report with { Beside = beside }, chosen, parsed.GetValue(folder)!, parsed.GetValue(open));
                RunPrinter.Summary(report);
                return report.Parity ? ExitCode.Parity : ExitCode.Mismatch;
            }
        );
        return command.WithVerbosity();
    }

    private static List<(string Name, string File, Func<RunReport, string> Write)> Chosen(string names)
    {
        var wanted = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (wanted.Length == 0)
            throw new UsageException("--format names no format.");
        if (wanted.FirstOrDefault(w => !s_formats.Any(f => f.Name == w)) is { } unknown)
            throw new UsageException($"there is no format '{unknown}': it is one of {string.Join(", ", s_formats.Select(f => f.Name))}.");
        return [.. s_formats.Where(f => wanted.Contains(f.Name))];
    }

    private static RunReport Run(string? text, int seed, bool full, CancellationToken cancellation)
    {
        var selected = Session.Select(text, null, out var filter);
        return Session.Run(selected, filter, seed, full, cancellation);
    }

    private static void Write(
        RunReport report,
        List<(string Name, string File, Func<RunReport, string> Write)> formats,
        DirectoryInfo folder,
        bool open
    )
    {
        foreach (var format in formats)
        {
            var path = new FileInfo(Path.Combine(folder.FullName, format.File));
            OutputFile.Write(path, format.Write(report));
            if (!Screen.IsQuiet)
                Screen.Line($"wrote {Path.GetRelativePath(Environment.CurrentDirectory, path.FullName)}");
            if (format.Name == "html" && open)
                Open(path.FullName);
        }
    }

    /// <summary>Text that <c>parity run</c> prints in a pipe.</summary>
    private static string Text(RunReport report) => Screen.Capture(() => RunPrinter.All(report));

    private static void Open(string path)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(path) { UseShellExecute = true });
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            Screen.Complain($"nothing here opens {path}: {e.Message}");
        }
    }
}
