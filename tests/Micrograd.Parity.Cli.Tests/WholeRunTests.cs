using System.Runtime.Versioning;
using System.Text.Json.Nodes;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>The claim itself, as a user would see it: every number of a whole run, with each kind of PyTorch's kernels.</summary>
[UnsupportedOSPlatform("windows")]
public class WholeRunTests
{
    private const long LeastNumbers = 1_600_000;

    /// <summary>The whole runs that the documents show.</summary>
    public static TheoryData<string, string?> DocumentedRuns =>
        [.. ScriptTests.InDocuments.Where(Runs).Distinct().Select(line => (line, (string?)null))];

    internal static bool Runs(string line) => line is "./parity run" || line.StartsWith("./parity run --kernels ", StringComparison.Ordinal);

    [Trait("Speed", "slow")]
    [Theory]
    [MemberData(nameof(DocumentedRuns))]
    [InlineData("./parity run", "COMPATIBLE")] // MKL's functions for any processor: other bits, where MKL listens to it
    public void A_whole_run_has_the_same_bits(string command, string? mkl)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("parity-").FullName, "out.json");
        var outcome = Cli.Start(Cli.Script, [.. command.Split(' ')[1..], "--json", file], ("MKL_CBWR", mkl));
        Assert.Equal("", outcome.Status == ExitCode.Parity ? "" : outcome.Out + outcome.Error);
        var document = JsonNode.Parse(File.ReadAllText(file))!;
        var summary = document["summary"]!;
        Assert.Equal(0, (long)summary["mismatch"]!);
        Assert.Equal((long)summary["compared"]!, (long)summary["same_bits"]!);
        Assert.True((long)summary["same_bits"]! >= LeastNumbers);
        Assert.Equal(command.Contains("plain", StringComparison.Ordinal), (string?)document["environment"]!["kernels"] == "DEFAULT");
        Assert.NotEmpty(document["functions"]!.AsArray());
        var count = outcome.Lines.Single(l => l.Contains("numbers compared", StringComparison.Ordinal));
        Assert.Contains(count, File.ReadAllText(Path.Combine(Cli.Root, "docs", "comparison.md")), StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void The_documents_show_a_run_with_each_kind_of_kernels() => Assert.Equal(2, DocumentedRuns.Count);

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
