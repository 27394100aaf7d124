using System.Text.RegularExpressions;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Tests.Reports;

public partial class MarkdownReportTests
{
    [Theory]
    [MemberData(nameof(ReportFixture.Names), MemberType = typeof(ReportFixture))]
    public void Every_row_of_a_table_has_its_columns(string name)
    {
        var columns = 0;
        foreach (var line in MarkdownReport.Write(ReportFixture.Report(name)).Split('\n'))
        {
            var bars = line.StartsWith('|') ? Bar().Count(line) : 0;
            if (bars > 0 && columns > 0)
                Assert.True(columns == bars, line);
            columns = bars;
        }
    }

    [Theory]
    [MemberData(nameof(ReportFixture.Names), MemberType = typeof(ReportFixture))]
    public void Every_item_has_its_row(string name)
    {
        var report = ReportFixture.Report(name);
        var rows = MarkdownReport
            .Write(report)
            .Split('\n')
            .Count(l =>
                l.StartsWith('|')
                && l.TrimEnd().EndsWith(" |", StringComparison.Ordinal)
                && Enum.GetValues<Verdict>().Any(v => l.Contains($"| {Wording.Of(v)} |", StringComparison.Ordinal))
            );
        Assert.Equal(report.Items.Count, rows);
    }

    [Fact]
    public void Failures_come_first_and_say_how_to_see_them_again()
    {
        var text = MarkdownReport.Write(ReportFixture.Red);
        Assert.StartsWith("# MISMATCH", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("## Failures", StringComparison.Ordinal) < text.IndexOf("## Known differences", StringComparison.Ordinal));
        Assert.True(text.IndexOf("## Known differences", StringComparison.Ordinal) < text.IndexOf("## Ops", StringComparison.Ordinal));
        Assert.Contains("./parity run \"exp @ ", text, StringComparison.Ordinal);
        Assert.Contains(
            "    cause   A gradient that arrives replaces what arrived before (assigned-for-added, fits 100 %)",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains(@"broken \| \<b\>", text, StringComparison.Ordinal);
    }

    [Trait("Needs", "mpfr")]
    [Fact]
    public void What_was_brought_along_is_told()
    {
        var text = MarkdownReport.Write(ReportFixture.Red);
        Assert.Contains("## Random programs", text, StringComparison.Ordinal);
        Assert.Contains(ReportFixture.Red.Beside.Fuzz!.Findings[0].Again, text, StringComparison.Ordinal);
        Assert.Contains("| relu6 | 40 |", text, StringComparison.Ordinal);
        Assert.Contains("**Refused: exp, ", text, StringComparison.Ordinal);
        Assert.Contains("| W1 | micrograd | 2,000 µs |", text, StringComparison.Ordinal);
    }

    [Trait("Needs", "mpfr")]
    [Fact]
    public void Vectors_of_plain_kernels_have_columns_of_their_own_where_they_were_asked_for()
    {
        var lines = MarkdownReport.Write(ReportFixture.RedWithPlainVectors).Split('\n');
        var header = Cells(lines.Single(l => l.StartsWith("| item | value: ours |", StringComparison.Ordinal)));
        var relu6 = Cells(lines.Single(l => l.StartsWith("| relu6 | ", StringComparison.Ordinal) && l.Contains("1234.5", StringComparison.Ordinal)));
        Assert.Equal(header.Length, relu6.Length);
        Assert.Equal([Wording.Error(1234.5), Wording.Error(6789.5)], header.Zip(relu6).Where(c => c.First == "vectors, plain").Select(c => c.Second));
        Assert.DoesNotContain("vectors, plain", MarkdownReport.Write(ReportFixture.Red), StringComparison.Ordinal);

        static string[] Cells(string row) => [.. row.Split('|').Select(c => c.Trim())];
    }

    [Fact]
    public void However_much_fails_it_fits_a_step_summary()
    {
        var failing = ReportFixture.Red.Items.Single(i => i.Name == "exp");
        failing = failing with
        {
            Failures = [.. failing.Failures.Select(f => f with { Input = string.Join(", ", Enumerable.Repeat(0.1234567890123456, 1030)) })],
        };
        var text = MarkdownReport.Write(
            ReportFixture.Red with
            {
                Items = [.. Enumerable.Range(0, 1000).Select(i => failing with { Name = $"exp {i}" })],
            }
        );
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(text), 500_000, 1_000_000);
        Assert.Contains("more items fail", text, StringComparison.Ordinal);
        Assert.Contains("| exp 999 |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Fits_a_step_summary() => Assert.True(MarkdownReport.Write(ReportFixture.Green).Length < 100_000);

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar();
}
