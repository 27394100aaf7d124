using System.Text.Json.Nodes;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>The claim itself, as a user would see it: every number of a whole run, with each kind of PyTorch's kernels.</summary>
public class WholeRunTests
{
    private const long LeastNumbers = 1_600_000;

    [Trait("Speed", "slow")]
    [Theory]
    [InlineData("best", null)]
    [InlineData("plain", null)]
    [InlineData("best", "COMPATIBLE")] // MKL's functions for any processor: other bits, where MKL listens to it
    public void A_whole_run_has_the_same_bits(string kernels, string? mkl)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("parity-").FullName, "out.json");
        var outcome = Cli.Run(["run", "--kernels", kernels, "--json", file], ("MKL_CBWR", mkl));
        Assert.Equal("", outcome.Status == ExitCode.Parity ? "" : outcome.Out + outcome.Error);
        var document = JsonNode.Parse(File.ReadAllText(file))!;
        var summary = document["summary"]!;
        Assert.Equal(0, (long)summary["mismatch"]!);
        Assert.Equal((long)summary["compared"]!, (long)summary["same_bits"]!);
        Assert.True((long)summary["same_bits"]! >= LeastNumbers);
        Assert.Equal(kernels == "plain", (string?)document["environment"]!["kernels"] == "DEFAULT");
        Assert.NotEmpty(document["functions"]!.AsArray());
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void Functions_are_compared_between_processors()
    {
        var outcome = Cli.Run(["functions", "--points", "500"]);
        Assert.Equal(ExitCode.Parity, outcome.Status);
        foreach (var function in new[] { "exp", "tanh", "sqrt", "erfc", "expm1" })
            Assert.Contains(outcome.Lines, l => l.Trim().StartsWith(function + " ", StringComparison.Ordinal));
        Assert.Contains("COMPATIBLE", outcome.Out, StringComparison.Ordinal);
    }
}
