using System.Text.Json.Nodes;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Faults;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Running;

namespace Micrograd.Parity.Tests;

public class JsonReportTests
{
    private static readonly RunEnvironment s_environment = new("1.13.0", "system", "NO AVX", ".NET", "Linux", 2, 1.5);

    [Fact]
    public void Holds_environment_summary_and_items()
    {
        var context = SuiteFixture.Context with { Ours = new ModelBackend(ParitySuite.Default.Ops, new ModelFault { NudgedValue = "exp" }) };
        var items = ParityRun.Run([SuiteFixture.Comparison("exp"), SuiteFixture.Comparison("log")], context);
        var json = JsonNode.Parse(JsonReport.Write(new RunReport(s_environment, items)))!;

        Assert.Equal("micrograd-parity-run", (string?)json["format"]);
        Assert.Equal(1, (int?)json["version"]);
        Assert.Equal("1.13.0", (string?)json["environment"]!["torch"]);
        Assert.Equal(2, (int?)json["environment"]!["seed"]);
        var summary = json["summary"]!;
        long Count(string name) => (long)summary[name]!;
        Assert.Equal(Count("compared"), Count("same_bits") + Count("within_bound") + Count("known") + Count("ambiguous") + Count("mismatch"));
        Assert.True(Count("mismatch") > 0);
        Assert.Equal("mismatch", (string?)json["items"]![0]!["verdict"]);
        Assert.Equal("same_bits", (string?)json["items"]![1]!["verdict"]);
        var failure = json["items"]![0]!["failures"]![0]!;
        Assert.All(["node", "quantity", "ours", "theirs", "at", "again"], key => Assert.NotNull(failure[key]));
    }

    [Fact]
    public void A_file_is_written_whole_or_not_at_all()
    {
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "out.json");
        AtomicFile.Write(file, "first");
        AtomicFile.Write(file, "second");
        Assert.Equal("second", File.ReadAllText(file));
        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(Path.Combine(folder.FullName, "none", "out.json"), "x"));
        Assert.Equal([file], Directory.GetFiles(folder.FullName));
        folder.Delete(recursive: true);
    }
}
