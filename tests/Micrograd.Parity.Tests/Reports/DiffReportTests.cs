using System.Text.Json.Nodes;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Reports.Html;

namespace Micrograd.Parity.Tests.Reports;

public sealed class DiffReportTests
{
    public static TheoryData<string> Names => [.. DiffFixture.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_document_satisfies_its_schema(string name)
    {
        var schema = Schema.Of("diff.schema.json");
        var text = DiffJson.Write(DiffFixture.Result(name));
        Assert.Empty(schema.Faults(text));

        // The schema can fail: each key is needed, and no other is allowed.
        foreach (var key in JsonNode.Parse(text)!.AsObject().Select(pair => pair.Key).ToList())
        {
            var other = JsonNode.Parse(text)!.AsObject();
            other.Remove(key);
            Assert.NotEmpty(schema.Faults(other.ToJsonString()));
        }
    }

    [Fact]
    public void The_document_has_every_number_in_full()
    {
        var document = JsonNode.Parse(DiffJson.Write(DiffFixture.Result("diff of all")))!;
        var finding = document["findings"]![0]!;
        Assert.Equal("parted", (string?)document["verdict"]);
        Assert.Equal(("forward", 0, "output"), ((string?)finding["stage"], (int)finding["step"]!, (string?)finding["quantity"]));
        Assert.Equal(0.1234567890123, (double)finding["difference"]!["original"]!);
        Assert.Equal("gelu-exact", (string?)finding["causes"]![0]!["name"]);
        Assert.Equal("NaN", (string?)finding["wrong"]![1]!["exact"]);
        Assert.Null(document["findings"]![1]!["step"]);
        Assert.Equal(253, document["findings"]!.AsArray().Count);
        Assert.Null(document["modules"]![3]!["distances"]![0]);
        Assert.Equal(DiffFixture.Hostile, (string?)document["matching"]![1]);
    }

    [Fact]
    public void The_headline_says_what_was_not_computed_anew()
    {
        var result = DiffFixture.Result("diff of all") with { Findings = [] };
        Assert.Equal("Rounding alone", DiffWording.Headline(result));
        Assert.Equal("Rounding alone, but for what lstm computes: not computed anew", DiffWording.Headline(result with { Uncomputed = ["lstm"] }));
        Assert.Equal(
            "Rounding alone, but for what a, b, c and 2 more compute: not computed anew",
            DiffWording.Headline(result with { Uncomputed = ["a", "b", "c", "d", "e"] })
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_page_escapes_what_others_wrote(string name)
    {
        var page = HtmlReport.Write(DiffFixture.Result(name));
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', page);
        Assert.DoesNotContain('\u0007', page);
    }

    [Fact]
    public void The_page_begins_with_where_the_runs_part()
    {
        var page = HtmlReport.Write(DiffFixture.Result("diff of all"));
        Assert.Contains("<h1 class=\"bad\">Parted: step 0, forward</h1>", page, StringComparison.Ordinal);
        var parts = new[]
        {
            "Where they part first",
            "0.1234567890123",
            "gelu-exact",
            "Settings that differ",
            "eps 1E-05",
            "Modules",
            "blocks.0.mlp.0 in the port",
            "not in the port",
            "All findings",
            "The first 200 of 253",
        };
        var at = parts.Select(part => page.IndexOf(part, page.IndexOf("<main", StringComparison.Ordinal), StringComparison.Ordinal)).ToList();
        Assert.All(at, place => Assert.True(place > 0));
        Assert.Contains(">Rounding alone</h1>", HtmlReport.Write(DiffFixture.Result("diff within rounding")), StringComparison.Ordinal);
        Assert.Contains("have the same bits", HtmlReport.Write(DiffFixture.Result("diff of the same")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e-9, 1)]
    [InlineData(1e-6, 2)]
    [InlineData(0.5, 4)]
    [InlineData(1, 5)]
    [InlineData(double.PositiveInfinity, 5)]
    public void A_distance_has_a_colour(double distance, int level)
    {
        var strip = new HeatStrip([double.NaN, distance]);
        Assert.Equal($"M120 0H240V12H120Z", strip.Fills[level]);
        Assert.Equal(level, Assert.Single(Enumerable.Range(0, HeatStrip.Levels), i => strip.Fills[i].Length > 0));
        Assert.Equal(distance, strip.Greatest);
    }

    [Fact]
    public void More_steps_than_cells_show_the_greatest()
    {
        var distances = new double[1000];
        distances[777] = 0.5;
        var strip = new HeatStrip(distances);
        Assert.Equal("M186 0H187V12H186Z", strip.Fills[4]);
        Assert.Equal("not compared", new HeatStrip([double.NaN]).Words);
    }
}
