using System.Text.Json.Nodes;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Tests.Reports;

public class BenchReportTests
{
    private static readonly BenchReport s_report = new(
        "a machine",
        new Dictionary<string, string> { ["micrograd"] = "ours", [BenchReport.Reference] = "theirs" },
        ["adolc: missing, install libadolc-dev"],
        [
            new BenchRow("W1", "micrograd", [3000, 1000, 2000], PeakMemory: null),
            new BenchRow("W1", BenchReport.Reference, [9000, 8000, 100_000], PeakMemory: null),
            new BenchRow("W1-fast", "micrograd", [500], PeakMemory: null),
            new BenchRow("W1-slow", BenchReport.Reference, [50_000], PeakMemory: null),
            new BenchRow("W7", "micrograd", [100], PeakMemory: null),
            new BenchRow("W7-again", "micrograd", [130], PeakMemory: null),
            new BenchRow("W9", "micrograd", [5e7], PeakMemory: 12_000_000),
        ],
        [new GrowthPoint(10, 2), new GrowthPoint(100, 4), new GrowthPoint(1000, 8)],
        new HarnessTime("run", 15, 2),
        ["W2: adolc computes 1 where the first computes 2"]
    )
    {
        Retaken = 7,
    };

    [Fact]
    public void Ratios_are_of_medians_within_one_work()
    {
        Assert.Equal(4.5, s_report.Ratio(s_report.Rows[0]));
        Assert.Equal(1, s_report.Ratio(s_report.Rows[1]));
        Assert.Null(s_report.Ratio(s_report.Rows[^1]));
    }

    [Fact]
    public void Ratios_of_least_times_stand_beside()
    {
        Assert.Equal(8, s_report.RatioOfLeast(s_report.Rows[0]));
        Assert.Null(s_report.RatioOfLeast(s_report.Rows[^1]));
        Assert.Contains("| W1 | 8.00 | 50.00 |", MarkdownReport.Write(BenchSection.Blocks(s_report)), StringComparison.Ordinal);
        var row = JsonNode.Parse(BenchJson.Write(s_report))!["rows"]![0]!;
        Assert.Equal(1000, (double?)row["least_ns"]);
        Assert.Equal(8, (double?)row["times_as_fast_as_by_least_times"]![BenchReport.Reference]);
    }

    [Fact]
    public void Variants_are_compared_with_the_works_own_peers()
    {
        var fast = s_report.Rows[2];
        Assert.Equal(("W1", "fast"), (fast.Family, fast.Variant));
        Assert.Equal(18, s_report.Ratio(fast));
        Assert.Equal(100, s_report.Ratio(fast, BenchReport.Reference, "slow"));
        Assert.Equal([("", BenchReport.Reference), ("slow", BenchReport.Reference)], s_report.Rivals);
        var text = MarkdownReport.Write(BenchSection.Blocks(s_report));
        Assert.Contains("| W1 | 4.50 | 25.00 |", text, StringComparison.Ordinal);
        Assert.Contains("| W1-fast | 18.00 | 100.00 |", text, StringComparison.Ordinal);
        Assert.DoesNotContain("| W9 |  |", text, StringComparison.Ordinal); // nobody is there to be compared with
    }

    [Fact]
    public void A_second_pass_is_stated_in_times_of_the_first()
    {
        Assert.Equal([("W7", 1.3)], s_report.SecondPasses);
        Assert.Contains("over the graph of W7 takes 1.30 times", MarkdownReport.Write(BenchSection.Blocks(s_report)), StringComparison.Ordinal);
        Assert.Equal(1.3, (double?)JsonNode.Parse(BenchJson.Write(s_report))!["second_passes"]!["W7"]);
    }

    [Fact]
    public void The_growth_is_the_slope_between_logarithms() => Assert.Equal(1 + Math.Log10(2), s_report.GrowthExponent, 12);

    [Fact]
    public void Markdown_shows_rows_missing_peers_and_differences()
    {
        var text = MarkdownReport.Write(BenchSection.Blocks(s_report));
        Assert.Contains("| W1 | micrograd | 2 µs | 1 µs | 100 % | 4.50 |  | ▬▬", text, StringComparison.Ordinal);
        Assert.Contains("| W9 | micrograd | 50 ms | 50 ms | 0 % |  | 12 MB |", text, StringComparison.Ordinal);
        Assert.Contains("install libadolc-dev", text, StringComparison.Ordinal);
        Assert.Contains("parity run: 15.0 s on 2 cores", text, StringComparison.Ordinal);
        Assert.Contains("had lost its core: 7", text, StringComparison.Ordinal);
        Assert.Contains("Results differ: W2", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_the_same()
    {
        var json = JsonNode.Parse(BenchJson.Write(s_report))!;
        Assert.Equal(BenchJson.Format, (string?)json["format"]);
        Assert.Equal(4.5, (double?)json["rows"]![0]!["ratio"]);
        Assert.Null(json["rows"]![6]!["ratio"]);
        Assert.Single(json["missing"]!.AsArray());
        var read = BenchJson.Read(JsonPlace.Parse(json.ToJsonString()));
        Assert.Equal(s_report.Harness, read.Harness);
        Assert.Equal(s_report.GrowthExponent, read.GrowthExponent);
        Assert.Equal(s_report.Retaken, read.Retaken);
    }
}
