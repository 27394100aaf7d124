using System.Globalization;
using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Comparisons.Ops;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Tests;

/// <summary>The parts of the README that are made from something else are as that makes them.</summary>
public class ReadmeTests
{
    private static readonly string s_root = Root();

    private static readonly string s_readme = File.ReadAllText(Path.Combine(s_root, "README.md"));

    [Fact]
    public void The_list_of_operations_is_the_catalogues()
    {
        (string Family, IReadOnlyList<Op> Rows)[] families =
        [
            ("arithmetic", Arithmetic.Rows),
            ("powers", Powers.Rows),
            ("exponentials", Exponentials.Rows),
            ("trigonometry", Trigonometry.Rows),
            ("activations", Activations.Rows),
            ("piecewise", Piecewise.Rows),
            ("losses", Losses.Rows),
        ];
        var lines = families.Select(f => $"| {f.Family} | {string.Join(", ", f.Rows.Select(r => $"`{r.Name}`"))} |");
        var table = $"| family | operations, by PyTorch's names |\n|---|---|\n{string.Join('\n', lines)}\n";
        Assert.True(
            Between("<!-- operations -->\n", "<!-- /operations -->") == table,
            $"README.md's list of operations is out of date. Put this between its marks:\n{table}"
        );
    }

    [Fact]
    public void The_number_of_mistakes_is_the_catalogues()
    {
        var count = FaultCatalogue.All.Count.ToString(CultureInfo.InvariantCulture);
        Assert.Contains($"each of {count} mistakes that people make", s_readme, StringComparison.Ordinal);
        Assert.Contains($"of {count} all are caught", s_readme, StringComparison.Ordinal);
    }

    [Fact]
    public void The_check_of_an_engine_of_ones_own_is_shown_as_the_sample_has_it()
    {
        var sample = string.Join(
                '\n',
                Directory.GetFiles(Path.Combine(s_root, "tests", "Sample.ForeignEngine.Tests"), "*.cs").Select(File.ReadAllText)
            )
            .Split('\n')
            .Select(l => l.Trim())
            .ToHashSet();
        var shown = Between("### An engine in C#", "\n## ").Split("```csharp\n")[1..].SelectMany(b => b.Split("```")[0].Split('\n')).ToList();
        Assert.True(shown.Count > 10);
        Assert.All(shown.Where(l => l.Trim().Length > 0 && !l.Contains('…', StringComparison.Ordinal)), line => Assert.Contains(line.Trim(), sample));
    }

    private static string Between(string begin, string end) => s_readme.Split(begin)[1].Split(end)[0];

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "README.md")) || !Directory.Exists(Path.Combine(folder.FullName, "comparisons")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
