using System.Runtime.Versioning;
using System.Text.Json.Nodes;

namespace Micrograd.Parity.Cli.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class FuzzCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Random_programs_agree_and_the_shards_add_up_to_the_whole()
    {
        foreach (var (shard, file) in new[] { ("1/2", "1.json"), ("2/2", "2.json"), ("1/1", "whole.json") })
        {
            var outcome = Cli.Run(["fuzz", "--programs", "120", "--seed", "9", "--shard", shard, "--json", At(file), "--corpus", At("corpus")]);
            Assert.Equal(0, outcome.Status);
            Assert.Contains(outcome.Lines, l =>
                l.Contains(" random programs, ", StringComparison.Ordinal) && l.Contains("with the same bits.", StringComparison.Ordinal)
            );
            Assert.Contains(outcome.Lines, l => l.Trim() == "PARITY");
        }

        Assert.Equal(0, Cli.Run(["merge", At("2.json"), At("1.json"), "--out", At("all.json")]).Status);
        Assert.Equal(WithoutTime("whole.json"), WithoutTime("all.json"));
        Assert.Equal(0, Cli.Run(["merge", At("1.json")]).Status);
        Assert.False(Directory.Exists(At("corpus")));
    }

    [Fact]
    public void Merge_exits_1_where_a_program_differs()
    {
        Cli.Run(["fuzz", "--programs", "20", "--json", At("1.json"), "--corpus", At("corpus")]);
        File.WriteAllText(At("1.json"), File.ReadAllText(At("1.json")).Replace("\"differing\": 0", "\"differing\": 1", StringComparison.Ordinal));
        Assert.Equal(1, Cli.Run(["merge", At("1.json"), "-o", At("all.json")]).Status);
    }

    [Theory]
    [InlineData("the catalogue has no op 'tahn'", "fuzz", "--ops", "tanh,tahn")]
    [InlineData("--ops names no op", "fuzz", "--ops", ",")]
    [InlineData("'3/2' is no shard", "fuzz", "--shard", "3/2")]
    [InlineData("--programs cannot be negative", "fuzz", "--programs", "-1")]
    [InlineData("--only cannot be negative", "fuzz", "--only", "-1")]
    [InlineData("--minutes must be a number from 0", "fuzz", "--minutes", "-1")]
    [InlineData("--programs cannot be 'x': it is a whole number.", "fuzz", "--programs", "x")]
    [InlineData("there is no folder", "fuzz", "--json", "/no/such/folder/out.json")]
    [InlineData("no/such/file.json", "merge", "/no/such/file.json")]
    [InlineData("FILE is missing: 'merge' takes FILE.", "merge")]
    public void Bad_usage_is_told_and_exits_2(string message, params string[] arguments)
    {
        var outcome = Cli.Run(arguments);
        Assert.Equal(2, outcome.Status);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_file_of_the_corpus_is_told_and_exits_2()
    {
        File.WriteAllText(At("broken.json"), "{");
        var outcome = Cli.Run(["fuzz", "--programs", "1", "--corpus", _folder.FullName]);
        Assert.Equal(2, outcome.Status);
        Assert.Contains($"{At("broken.json")}: line 1: this is no JSON", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_result_is_not_merged()
    {
        File.WriteAllText(At("1.json"), "{}");
        var outcome = Cli.Run(["merge", At("1.json")]);
        Assert.Equal(2, outcome.Status);
        Assert.Contains("1.json, line 1: this is no result of parity fuzz --json", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void Interrupted_it_says_and_writes_what_was_found(string signal)
    {
        var outcome = Cli.Interrupt(
            ["fuzz", "--minutes", "1", "--json", At("out.json"), "--corpus", At("corpus")],
            @"^[\d,]+ programs, [\d,]+ a second, 0 differ; 00:\d\d:\d\d left$",
            signal
        );
        Assert.Equal(130, outcome.Status);
        Assert.Contains("Interrupted", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("PARITY so far", outcome.Out, StringComparison.Ordinal);
        var json = JsonNode.Parse(File.ReadAllText(At("out.json")))!;
        Assert.False((bool)json["campaign"]!["finished"]!);
        Assert.Null(json["campaign"]!["programs"]);
    }

    private string At(string file) => Path.Combine(_folder.FullName, file);

    private string WithoutTime(string file)
    {
        var json = JsonNode.Parse(File.ReadAllText(At(file)))!;
        foreach (var time in new[] { "seconds", "time" })
            Assert.True(json["environment"]!.AsObject().Remove(time));
        Assert.NotEmpty((string)json["environment"]!["commit"]!);
        return json.ToJsonString();
    }
}
