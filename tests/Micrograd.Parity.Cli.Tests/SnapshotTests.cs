using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>The main outputs as they look on a terminal, against those that were looked at and kept in the folder Snapshots.</summary>
public partial class SnapshotTests
{
    /// <summary>Number of lines shown around those that differ.</summary>
    private const int Around = 3;

    private static readonly string s_folder = Path.Combine(Cli.Root, "tests", "Micrograd.Parity.Cli.Tests", "Snapshots");

    [Theory]
    [InlineData("run-passing", 80)]
    [InlineData("run-passing", 120)]
    [InlineData("run-failing", 80)]
    [InlineData("run-failing", 120)]
    public void A_run(string name, int width)
    {
        var report = SavedRun.Read(new FileInfo(Path.Combine(s_folder, $"{name}.json")));
        AssertKept($"{name}.{width}", Screen.Capture(() => RunPrinter.All(report), width));
    }

    [Theory]
    [InlineData("check-bug", "check overwritten.jsonl", 1)]
    [InlineData("faults-explained", "faults gradients-not-cleared")]
    [InlineData("faults-planted", "faults assigned-*")]
    [UnsupportedOSPlatform("windows")]
    public void A_command(string name, string arguments, int status = 0)
    {
        var outcome = Terminal.Run(s_folder, arguments, 80);
        Assert.True(outcome.Status == status, outcome.Out);
        AssertKept($"{name}.80", Machine().Replace(Terminal.Plain(outcome.Out), "PyTorch … on this machine."));
    }

    [Fact]
    public void A_difference_is_shown_with_the_lines_around_it()
    {
        Assert.Equal("  b\n  c\n  d\n- e\n+ E\n  f\n  ", Difference("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nd\nE\nf\n"));
        Assert.Equal("  a\n+ b\n  ", Difference("a\n", "a\nb\n"));
        Assert.Equal("  a\n- a", Difference("a\na", "a"));
    }

    private static void AssertKept(string name, string printed)
    {
        var (kept, made) = (Path.Combine(s_folder, $"{name}.txt"), Path.Combine(AppContext.BaseDirectory, $"{name}.txt"));
        var screen = string.Join('\n', printed.ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd()));
        var before = File.Exists(kept) ? File.ReadAllText(kept) : "";
        if (before == screen)
            return;
        File.WriteAllText(made, screen);
        Assert.Fail($"{name} looks otherwise:\n{Difference(before, screen)}\nIf that is meant: cp {made} {kept}");
    }

    /// <summary>The lines from the first to the last that differ, with some around them.</summary>
    private static string Difference(string before, string after)
    {
        var (old, now) = (before.Split('\n'), after.Split('\n'));
        var shortest = Math.Min(old.Length, now.Length);
        var first = Enumerable.Range(0, shortest).TakeWhile(i => old[i] == now[i]).Count();
        var last = Enumerable.Range(1, shortest - first).TakeWhile(i => old[^i] == now[^i]).Count();
        return string.Join(
            '\n',
            [
                .. old[Math.Max(0, first - Around)..first].Select(l => $"  {l}"),
                .. old[first..^last].Select(l => $"- {l}"),
                .. now[first..^last].Select(l => $"+ {l}"),
                .. now[^last..].Take(Around).Select(l => $"  {l}"),
            ]
        );
    }

    /// <summary>PyTorch, its kernels and the processor, however the lines are broken; and the time.</summary>
    [GeneratedRegex(@"^PyTorch \S+\s\(.*?\.$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Machine();
}
