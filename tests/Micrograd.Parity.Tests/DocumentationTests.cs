using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Comparisons.Ops;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Tools;

namespace Micrograd.Parity.Tests;

/// <summary>The documents' parts that are made from something else are as that makes them, and their links lead somewhere.</summary>
public partial class DocumentationTests
{
    private static readonly string s_root = Repository.Above(AppContext.BaseDirectory)!;

    private static readonly string[] s_written = ["src", "comparisons", "tools"];

    public static TheoryData<string> Pages =>
        [
            "README.md",
            "ARCHITECTURE.md",
            "CONTRIBUTING.md",
            .. Directory.GetFiles(Path.Combine(s_root, "docs"), "*.md").Select(f => $"docs/{Path.GetFileName(f)}"),
        ];

    [Fact]
    public void The_README_is_short() => Assert.InRange(File.ReadAllLines(Path.Combine(s_root, "README.md")).Length, 1, 140);

    /// <summary>Summaries begin with a noun or a verb.</summary>
    [Fact]
    public void Summaries_begin_with_no_question_word()
    {
        var questions =
            from folder in s_written
            from file in Directory.GetFiles(Path.Combine(s_root, folder), "*.*", SearchOption.AllDirectories)
            where file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal)
            where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            from summary in Question().Matches(File.ReadAllText(file))
            select $"{Path.GetRelativePath(s_root, file)}: {summary.Value}";
        Assert.Equal([], questions);
    }

    [Fact]
    public void The_page_of_ops_is_the_catalogues()
    {
        (string Family, IReadOnlyList<Op> Rows)[] families =
        [
            ("Arithmetic", Arithmetic.Rows),
            ("Powers", Powers.Rows),
            ("Exponentials", Exponentials.Rows),
            ("Trigonometry", Trigonometry.Rows),
            ("Activations", Activations.Rows),
            ("Piecewise", Piecewise.Rows),
            ("Losses", LossKernels.Rows),
        ];
        var page = new StringBuilder(
            """
            # Ops

            Every op of the catalogue (`comparisons/Ops`), as written with the engine and with TorchSharp. `s` stands for the op's attributes, each with
            the values at which it is compared. `./parity ops` shows the same with the number of points and the verdict of each. A test makes this page from the
            catalogue, and fails where it is out of date.

            """.ReplaceLineEndings("\n")
        );
        foreach (var (family, rows) in families)
        {
            page.Append('\n').Append(CultureInfo.InvariantCulture, $"## {family}\n\n| op | engine | TorchSharp | `s` |\n|---|---|---|---|\n");
            foreach (var op in rows)
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{op.Name}` | {Code(op.OursSource)} | {Code(op.TheirsSource)} | {string.Join("; ", op.Settings.Select(Numbers))} |\n"
                );
        }

        var (file, made) = (Path.Combine(s_root, "docs", "ops.md"), Path.Combine(AppContext.BaseDirectory, "ops.md"));
        if (File.ReadAllText(file) == page.ToString())
            return;
        File.WriteAllText(made, page.ToString());
        Assert.Fail($"docs/ops.md is out of date. To bring it up to date: cp {made} {file}");
    }

    [Fact]
    public void The_number_of_mistakes_is_the_catalogues()
    {
        var count = FaultCatalogue.All.Count.ToString(CultureInfo.InvariantCulture);
        var page = File.ReadAllText(Path.Combine(s_root, "docs", "checking-your-engine.md"));
        Assert.Contains($"each of the {count} mistakes in its catalogue", page, StringComparison.Ordinal);
        Assert.Contains($"All {count} are caught", page, StringComparison.Ordinal);
    }

    /// <summary>The sample's tests run these lines.</summary>
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/checking-your-engine.md")]
    public void The_check_of_an_engine_of_ones_own_is_shown_as_the_sample_has_it(string page)
    {
        var sample = Directory
            .GetFiles(Path.Combine(s_root, "tests", "Sample.ForeignEngine.Tests"), "*.cs")
            .SelectMany(File.ReadLines)
            .Select(Bare)
            .ToHashSet();
        var shown = File.ReadAllText(Path.Combine(s_root, page))
            .Split("```csharp\n")[1..]
            .Select(b => b.Split("```")[0])
            .Where(b => b.Contains("public class Number", StringComparison.Ordinal))
            .SelectMany(b => b.Split('\n'))
            .ToList();
        Assert.NotEmpty(shown);
        Assert.All(shown.Where(l => !l.Contains('…', StringComparison.Ordinal)), line => Assert.Contains(Bare(line), sample));

        static string Bare(string line) => line.Trim().TrimEnd(';');
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_somewhere(string page)
    {
        var file = Path.Combine(s_root, page);
        foreach (Match link in Link().Matches(File.ReadAllText(file)))
        {
            var (path, anchor) = (link.Groups["path"].Value, link.Groups["anchor"].Value);
            if (path.Contains("://", StringComparison.Ordinal))
                continue;
            var target = path.Length == 0 ? file : Path.Combine(Path.GetDirectoryName(file)!, path);
            Assert.True(Path.Exists(target), $"{page}: {path} does not exist");
            if (anchor.Length > 0)
                Assert.Contains(anchor, File.ReadLines(target).Where(l => l.StartsWith('#')).Select(Anchor));
        }
    }

    /// <summary>The anchor of a heading, as GitHub makes it.</summary>
    private static string Anchor(string heading) =>
        string.Concat(
            heading
                .TrimStart('#', ' ')
                .ToLowerInvariant()
                .Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')
                .Select(c => c == ' ' ? '-' : c)
        );

    private static string Code(string source) => $"`{source.Replace("|", "\\|", StringComparison.Ordinal)}`";

    private static string Numbers(double[] settings) => string.Join(", ", settings.Select(s => s.ToString(CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"<summary>[\s/]*(What|Whether|How|Where|Why)\b.*")]
    private static partial Regex Question();

    [GeneratedRegex(@"\]\((?<path>[^)#\s]*)(#(?<anchor>[^)\s]*))?\)")]
    private static partial Regex Link();
}
