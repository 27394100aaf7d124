using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>What is printed on a terminal of some width, in a pipe, quietly and verbosely.</summary>
[UnsupportedOSPlatform("windows")]
public partial class TerminalTests
{
    [Theory]
    [InlineData(72)]
    [InlineData(120)]
    public void Tables_fit_the_width_and_are_in_colour(int width)
    {
        var output = OnTerminal("ops *elu*", width);
        Assert.Contains("\u001b[", output, StringComparison.Ordinal);
        var table = Terminal.Plain(output).Split('\n').TakeWhile(l => !l.Contains("numbers compared", StringComparison.Ordinal)).ToList();
        Assert.Contains(table, l => l.Contains("leaky_relu(0.01)", StringComparison.Ordinal));
        Assert.All(table, l => Assert.True(l.TrimEnd().Length <= width, l));
    }

    /// <summary>No line is wider than the terminal, and no word or number is cut.</summary>
    [Theory]
    [InlineData("opinions relu6", 80)]
    [InlineData("opinions relu6", 120)]
    [InlineData("ops cross_entropy", 80)]
    [InlineData("ops cross_entropy", 120)]
    [InlineData("run tanh", 80)]
    [InlineData("run --help", 80)]
    [InlineData("run --help", 120)]
    [InlineData("opinions --help", 80)]
    [InlineData("--help", 80)]
    [Trait("Needs", "mpfr")]
    public void Nothing_is_cut(string arguments, int width)
    {
        var screen = Terminal.Plain(OnTerminal(arguments, width));
        Assert.DoesNotContain("…  ", screen, StringComparison.Ordinal);
        var sentences = arguments.StartsWith("run tanh", StringComparison.Ordinal) || arguments.StartsWith("ops", StringComparison.Ordinal);
        Assert.All(screen.Split('\n').Where(l => !sentences || !l.Contains(", ", StringComparison.Ordinal)), l =>
            Assert.True(l.TrimEnd().Length <= width, l)
        );
    }

    [Theory]
    [InlineData("ops relu")]
    [InlineData("run neuron")]
    [InlineData("functions --points 2")]
    public void A_table_in_a_pipe_begins_at_once_and_its_lines_end_with_words(string arguments)
    {
        var output = Cli.Run(arguments.Split(' ')).Out;
        Assert.Contains("───", output, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\A\s*\n|[ \t]\n", output);
    }

    /// <summary>What is read last is the verdict.</summary>
    [Fact]
    public void A_green_run_ends_with_its_verdict()
    {
        var lines = Cli.Run(["run", "*elu*"]).Out.TrimEnd('\n').Split('\n');
        Assert.StartsWith("PARITY: ", lines[^1], StringComparison.Ordinal);
        Assert.InRange(lines.Length - Array.FindIndex(lines, l => l.StartsWith("PyTorch against itself", StringComparison.Ordinal)), 1, 6);
    }

    [Fact]
    public void NO_COLOR_takes_the_colours_away()
    {
        Assert.Matches(Colours(), OnTerminal("run tanh", 80));
        Assert.DoesNotMatch(Colours(), OnTerminal("run tanh", 80, "NO_COLOR=1"));
    }

    /// <summary>As people see it: results and progress on one terminal.</summary>
    [Theory]
    [InlineData("run relu", "")]
    [InlineData("run relu --verbose", "")]
    [InlineData("ops relu", "NO_COLOR=1")]
    public void Progress_is_shown_and_taken_away_again(string arguments, string environment)
    {
        var lines = Terminal.Plain(OnTerminal(arguments, 80, environment, errors: true)).Split('\n');
        // One op is compared so fast that the bar may be drawn for the first time when it is full.
        Assert.Contains(lines, l =>
            (l.Contains("starting", StringComparison.Ordinal) || l.Contains("comparing: ", StringComparison.Ordinal))
            && l.Contains('%', StringComparison.Ordinal)
        );
        Assert.Contains(lines, l => l.StartsWith("1 op: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Planting_mistakes_runs_with_its_bar_on_a_terminal() =>
        Assert.Contains("ALL CAUGHT", Terminal.Plain(OnTerminal("faults tanh-s*", 100, errors: true)), StringComparison.Ordinal);

    [Fact]
    public void A_line_that_is_to_be_copied_is_not_broken()
    {
        var output = Terminal.Plain(OnTerminal("run tanh", 40));
        Assert.Contains(output.Split('\n'), l =>
            l.Contains("numbers compared", StringComparison.Ordinal) && l.Contains("same bits", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Quietly_only_the_verdict_is_printed()
    {
        foreach (var command in new[] { "run", "ops" })
        {
            var outcome = Cli.Run([command, "exp", "--quiet"]);
            Assert.Equal(0, outcome.Status);
            Assert.Matches("^PARITY: [^\n]+\n$", outcome.Out);
            Assert.Equal("", outcome.Error);
        }
    }

    [Fact]
    public void Quietly_a_mismatch_is_still_told_and_files_are_as_ever()
    {
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "run.json");
        File.WriteAllText(file, ReportTests.Saved(mismatches: 1));
        var outcome = Cli.Run(["report", "--from", file, "--out", folder.FullName, "--format", "txt", "--quiet"]);
        Assert.Equal(1, outcome.Status);
        Assert.Matches("^MISMATCH: 1 of 10 numbers [^\n]+\n$", outcome.Out);
        Assert.Contains("MISMATCH  op tanh", File.ReadAllText(Path.Combine(folder.FullName, "report.txt")), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Verbosely_each_step_is_told_beside_the_results()
    {
        var outcome = Cli.Run(["run", "*rf*", "--verbose"]);
        Assert.Equal(0, outcome.Status);
        Assert.Matches(@"PyTorch \S+ \(.*\) from /.*torch", outcome.Error);
        Assert.Matches(@"\d+\.\d\d s  \d of \d  erfc?\n", outcome.Error);
        Assert.Equal(Results(Cli.Run(["run", "*rf*"]).Out), Results(outcome.Out));

        static string Results(string text) => Regex.Replace(text, @"[0-9.]+ s\.", "");
    }

    private static string OnTerminal(string arguments, int width, string environment = "", bool errors = false)
    {
        var outcome = Terminal.Run(Cli.Root, arguments, width, environment, errors);
        Assert.True(outcome.Status == 0, outcome.Out + outcome.Error);
        return outcome.Out;
    }

    [GeneratedRegex(@"\u001b\[[0-9;]*[34][0-9;]*m")]
    private static partial Regex Colours();
}
