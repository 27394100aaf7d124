using System.Text.Json.Nodes;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Tests.Reports;

namespace Micrograd.Parity.Tests.Fuzzing;

/// <summary>Campaigns, their shards and the sum of these.</summary>
public class CampaignTests
{
    private static readonly ModelRules s_fault = Probe.NudgedGradient("div");

    [Fact]
    public void Random_programs_agree_at_every_node()
    {
        var result = Campaigns.Run(new FuzzOptions { Programs = 3000, Seed = 11 });
        Assert.True(result.Parity, string.Join("\n", result.Failures.Select(f => CSharpSource.TestOf(f.Program))));
        Assert.True(result.Finished);
        Assert.Equal(3000, result.Tally.Programs);
        Assert.True(result.Tally.Counts.Compared > 60_000);
        Assert.Equal(result.Tally.Counts.Compared, result.Tally.Counts.SameBits);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_sum_of_the_shards_is_the_whole(bool faulty)
    {
        var options = new FuzzOptions { Programs = 700, Seed = 4 };
        var whole = Run(options);
        var parts = Enumerable.Range(1, 3).Select(i => ($"{i}.json", Run(options with { Shard = new Shard(i, 3) }))).ToList();
        Assert.Equal(WithoutTime(whole), WithoutTime(FuzzMerge.Merge(parts)));
        Assert.Equal(WithoutTime(whole), WithoutTime(FuzzMerge.Merge([parts[2], parts[0], parts[1]])));
        Assert.Equal(faulty, (long)JsonNode.Parse(whole)!["summary"]!["mismatch"]! > 0);

        string Run(FuzzOptions part) => Campaigns.Json(Campaigns.Run(part, faulty ? s_fault : null));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Its_document_satisfies_the_schema(bool faulty)
    {
        var result = Campaigns.Run(
            new FuzzOptions
            {
                Seed = 3,
                Programs = 40,
                Ops = ["exp", "mul"],
            },
            faulty ? Probe.NudgedValue("exp") : null
        );
        Assert.Equal(faulty, result.Failures.Count > 0);
        var text = Campaigns.Json(result);
        Assert.Empty(Schema.Of("fuzz.schema.json").Faults(text));
        Assert.NotEmpty(Schema.Of("fuzz.schema.json").Faults(text.Replace("\"nodes\"", "\"knots\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Merged_shards_tell_when_the_first_began_and_of_which_commits_they_are()
    {
        string Part(int number, string commit, int minute)
        {
            var document = JsonNode.Parse(
                Campaigns.Json(
                    Campaigns.Run(
                        new FuzzOptions
                        {
                            Seed = 3,
                            Programs = 4,
                            Shard = new Shard(number, 2),
                        }
                    )
                )
            )!;
            document["environment"]!["commit"] = commit;
            document["environment"]!["time"] = $"2025-03-04T05:{minute:00}:07+00:00";
            return document.ToJsonString();
        }

        var merged = JsonNode.Parse(FuzzMerge.Merge([("a", Part(1, "aaa", 9)), ("b", Part(2, "bbb", 7))]))!["environment"]!;
        Assert.Equal("aaa; bbb", (string?)merged["commit"]);
        Assert.Equal("2025-03-04T05:07:07+00:00", (string?)merged["time"]);
    }

    [Fact]
    public void Some_of_the_shards_are_named_and_can_be_added_to()
    {
        var options = new FuzzOptions { Programs = 60 };
        var parts = Enumerable
            .Range(1, 3)
            .Select(i => ($"{i}.json", Campaigns.Json(Campaigns.Run(options with { Shard = new Shard(i, 3) }))))
            .ToList();
        var two = FuzzMerge.Merge([parts[2], parts[0]]);
        Assert.Equal("""["1/3","3/3"]""", JsonNode.Parse(two)!["campaign"]!["shards"]!.ToJsonString());
        Assert.Equal("""["1/1"]""", JsonNode.Parse(FuzzMerge.Merge([("two.json", two), parts[1]]))!["campaign"]!["shards"]!.ToJsonString());
    }

    [Fact]
    public void What_does_not_belong_together_is_not_added()
    {
        var options = new FuzzOptions { Programs = 20, Shard = new Shard(1, 2) };
        var one = Campaigns.Json(Campaigns.Run(options));
        var two = Campaigns.Json(Campaigns.Run(options with { Shard = new Shard(2, 2) }));
        Says("b.json has shard 1/2, which was added already", one, one);
        Says("seed is 1 in one and 2 in the other", one, Campaigns.Json(Campaigns.Run(options with { Seed = 2 })));
        Says(
            "programs is 20 in one and 30 in the other",
            one,
            Campaigns.Json(Campaigns.Run(options with { Programs = 30, Shard = new Shard(2, 2) }))
        );
        Says(
            "ops is [] in one and [\"tanh\"] in the other",
            one,
            Campaigns.Json(Campaigns.Run(options with { Ops = ["tanh"], Shard = new Shard(2, 2) }))
        );
        Says("torch is \"2.10.0\" in one and \"2.9\" in the other", one, two.Replace("\"2.10.0\"", "\"2.9\"", StringComparison.Ordinal));
        Says("b.json, line 1: this is no result of parity fuzz --json", one, """{"format": "micrograd-parity-run"}""");
        Says(
            "the document's version is 1, and this program reads version 3",
            one,
            two.Replace("\"version\": 3", "\"version\": 1", StringComparison.Ordinal)
        );
        Says(": the document has no 'summary'.", one, two.Replace("\"summary\"", "\"sum\"", StringComparison.Ordinal));
        Says("seconds", one, two.Replace("\"seconds\"", "\"minutes\"", StringComparison.Ordinal));
        Says(": this is no JSON: ", one, two[..^10]);

        static void Says(string message, string a, string b) =>
            Assert.Contains(
                message,
                Assert.Throws<FormatException>(() => FuzzMerge.Merge([("a.json", a), ("b.json", b)])).Message,
                StringComparison.Ordinal
            );
    }

    [Fact]
    public void Of_many_programs_that_differ_the_first_are_kept_in_full_and_all_are_counted()
    {
        var result = Campaigns.Run(new FuzzOptions { Programs = 600 }, s_fault);
        Assert.Equal(FuzzTally.Remembered, result.Failures.Count);
        Assert.True(result.Tally.Differing > FuzzTally.Remembered);
        Assert.Equal(result.Failures.Select(f => f.Index).Order(), result.Failures.Select(f => f.Index));
    }

    [Fact]
    public void The_line_to_run_again_finds_the_same()
    {
        var failure = Campaigns.Run(new FuzzOptions { Programs = 600, Ops = ["div", "add"] }, s_fault).Failures[3];
        Assert.Equal($"./parity fuzz --seed 1 --only {failure.Index} --ops div,add", failure.Again);
        var again = Assert.Single(Campaigns.Run(new FuzzOptions { Only = failure.Index, Ops = ["div", "add"] }, s_fault).Failures);
        Assert.Equal(CSharpSource.TestOf(failure.Program), CSharpSource.TestOf(again.Program));
    }

    [Fact]
    public void A_side_that_throws_is_a_failure_with_its_message()
    {
        var program = new Programs.Program("celu", [Programs.Node.Leaf(1), Programs.Node.Of("celu", [0], [0])], []);
        var check = ProgramCheck.Run(program, SuiteFixture.Context);
        Assert.True(check.Differs);
        Assert.Contains("celu divides by alpha", check.Error, StringComparison.Ordinal);
        Assert.Equal(1, check.Counts.Mismatch);
    }

    [Fact]
    public void It_ends_when_it_is_told_to_and_keeps_what_it_has()
    {
        using var cancellation = new CancellationTokenSource();
        var campaign = new FuzzCampaign(new FuzzOptions(), Comparisons.ParitySuite.Default.Ops, SuiteFixture.Context);
        var result = campaign.Run(new Immediate<FuzzTally>(_ => cancellation.Cancel()), cancellation.Token);
        Assert.False(result.Finished);
        Assert.InRange(result.Tally.Programs, 1, 1000);
    }

    [Fact]
    public void It_ends_when_its_time_is_over()
    {
        var result = Campaigns.Run(new FuzzOptions { Time = TimeSpan.FromMilliseconds(300) });
        Assert.True(result.Finished);
        Assert.True(result.Tally.Programs > 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("0/2")]
    [InlineData("3/2")]
    [InlineData("1/2/3")]
    [InlineData("-1/2")]
    [InlineData("a/b")]
    public void What_is_no_shard_is_refused(string text) => Assert.Throws<FormatException>(() => Shard.Parse(text));

    private static string WithoutTime(string json)
    {
        var document = JsonNode.Parse(json)!;
        document["environment"]!.AsObject().Remove("seconds");
        return document.ToJsonString();
    }
}
