using System.Text.Json.Nodes;

namespace Micrograd.Parity.Cli.Tests.Commands;

public sealed class OpinionsCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Trait("Needs", "mpfr")]
    [Theory]
    [InlineData("plain")]
    [InlineData("best")]
    public void Opinions_are_printed_and_written(string kernels)
    {
        var file = Path.Combine(_folder.FullName, "opinions.json");
        var outcome = Cli.Run(["opinions", "relu", "--kernels", kernels, "--json", file]);
        Assert.True(outcome.Status == 0, outcome.Out + outcome.Error);
        Assert.Contains("gradient: ours", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("Greatest error in ulps", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("0 refused", outcome.Out, StringComparison.Ordinal);
        var document = JsonNode.Parse(File.ReadAllText(file))!;
        Assert.Equal("relu", (string?)document["items"]![0]!["name"]);
        Assert.Contains($"kernels {(string?)document["environment"]!["kernels"]}", outcome.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown item 'tahn'; did you mean 'tanh'?", "opinions", "tahn")]
    [InlineData("leave out the point", "opinions", "tanh @ 1")]
    [InlineData("training runs only", "opinions", "four points*")]
    [InlineData("there is no folder", "opinions", "tanh", "--json", "/nowhere/at/all.json")]
    public void Bad_usage_is_told_and_exits_2(string message, params string[] arguments)
    {
        var outcome = Cli.Run(arguments);
        Assert.Equal(2, outcome.Status);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }
}
