using System.Text.Json.Nodes;

namespace Micrograd.Parity.Cli.Tests.Commands;

public sealed class FaultsCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_mistake_is_explained()
    {
        var outcome = Cli.Run(["faults", "gradients-not-cleared"]);
        Assert.Equal(0, outcome.Status);
        foreach (
            var part in new[] { "gradients-not-cleared: ", "What it is", "What it does to the numbers", "Smallest example", "Repair", "zero_grad" }
        )
            Assert.Contains(part, outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_of_a_name_lists_those_that_have_it()
    {
        var outcome = Cli.Run(["faults", "epsilon"]);
        Assert.Equal(0, outcome.Status);
        Assert.True(outcome.Lines.Length > 2);
        Assert.All(outcome.Lines.Where(l => l.Length > 0), l => Assert.Contains("epsilon", l, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void All_are_listed_a_line_each()
    {
        var outcome = Cli.Run(["faults", "--list"]);
        Assert.Equal(0, outcome.Status);
        Assert.True(outcome.Lines.Count(l => l.StartsWith("op ", StringComparison.Ordinal)) > 250);
        Assert.Contains(outcome.Lines, l => l.StartsWith("graph    assigned-for-added ", StringComparison.Ordinal));
    }

    [Fact]
    public void Those_that_match_are_planted_and_their_score_is_written()
    {
        var file = Path.Combine(_folder.FullName, "out.json");
        var outcome = Cli.Run(["faults", "sub-*", "--json", file]);
        Assert.Equal(0, outcome.Status);
        Assert.Contains("sub-b-sign", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("ALL CAUGHT", outcome.Out, StringComparison.Ordinal);
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        var summary = json["summary"]!;
        Assert.Equal(json["items"]!.AsArray().Count, (int)summary["planted"]!);
        Assert.Equal((int)summary["planted"]!, (int)summary["caught"]!);
        Assert.Equal(0, (int)summary["false_alarms"]!);
    }

    [Theory]
    [InlineData("did you mean 'tanh-sign'?", "faults", "tanh-sing")]
    [InlineData("unknown mistake 'quite-something-else'", "faults", "quite-something-else")]
    [InlineData("no mistake's name matches 'nowhere*'", "faults", "nowhere*")]
    [InlineData("--json is for mistakes that are planted", "faults", "tanh-sign", "--json", "out.json")]
    [InlineData("there is no folder", "faults", "tanh-*", "--json", "/no/such/folder/out.json")]
    public void Bad_usage_is_told_and_exits_2(string message, params string[] arguments)
    {
        var outcome = Cli.Run(arguments);
        Assert.Equal(2, outcome.Status);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }
}
