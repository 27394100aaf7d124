using System.Text.Json.Nodes;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests.Reports;

public class JsonReportTests
{
    private static readonly RunEnvironment s_environment = new("2.10.0", "0.107.0", "AVX2", "2024.2", "A processor", ".NET", "Linux", 2, 1.5);

    [Fact]
    public void Holds_environment_summary_and_items()
    {
        var context = SuiteFixture.Context with { Ours = new ModelBackend(ParitySuite.Default.Ops, Probe.NudgedValue("exp")) };
        var items = ParityRun.Run([SuiteFixture.Comparison("exp"), SuiteFixture.Comparison("log")], context);
        var json = JsonNode.Parse(JsonReport.Write(new RunReport(s_environment, items)))!;

        Assert.Equal("micrograd-parity-run", (string?)json["format"]);
        Assert.Equal(3, (int?)json["version"]);
        var environment = json["environment"]!;
        Assert.Equal(
            ("2.10.0", "0.107.0", "AVX2", "2024.2", "A processor"),
            (
                (string?)environment["torch"],
                (string?)environment["torch_sharp"],
                (string?)environment["kernels"],
                (string?)environment["mkl"],
                (string?)environment["processor"]
            )
        );
        Assert.Equal(2, (int?)environment["seed"]);
        var summary = json["summary"]!;
        long Count(string name) => (long)summary[name]!;
        Assert.Equal(Count("compared"), Count("same_bits") + Count("within_bound") + Count("known") + Count("mismatch"));
        Assert.True(Count("mismatch") > 0);
        Assert.Equal("mismatch", (string?)json["items"]![0]!["verdict"]);
        Assert.Equal("same_bits", (string?)json["items"]![1]!["verdict"]);
        var failure = json["items"]![0]!["failures"]![0]!;
        Assert.All(["node", "quantity", "ours", "theirs", "at", "again"], key => Assert.NotNull(failure[key]));
    }

    [Theory]
    [MemberData(nameof(ReportFixture.Names), MemberType = typeof(ReportFixture))]
    public void What_is_written_is_read_back_to_the_last_bit(string name)
    {
        var report = ReportFixture.Report(name);
        var text = JsonReport.Write(report);
        var read = JsonReport.Read(text);
        Assert.Equal(text, JsonReport.Write(read));
        Assert.Equal(report.Environment, read.Environment);
        Assert.Equivalent(report.Items, read.Items, strict: true);
    }

    [Fact]
    public void Documents_without_what_was_added_later_are_read()
    {
        var json = JsonNode.Parse(JsonReport.Write(ReportFixture.Red))!;
        foreach (var added in new[] { "time", "commit", "filter" })
            json["environment"]!.AsObject().Remove(added);
        foreach (var item in json["items"]!.AsArray())
        {
            foreach (var added in new[] { "note", "curve", "kinks", "graph", "seconds" })
                item!.AsObject().Remove(added);
            foreach (var added in new[] { "setup", "final", "decision" })
                item!["training"]?.AsObject().Remove(added);
            foreach (var point in item!["training"]?["curve"]?.AsArray() ?? [])
            {
                point!.AsObject().Remove("gradients");
                point.AsObject().Remove("parameters");
            }
        }

        var read = JsonReport.Read(json.ToJsonString());
        Assert.Equal(ReportFixture.Red.Summary, read.Summary);
        Assert.All(read.Items, item => Assert.Null(item.Curve));
        Assert.All(read.Items, item => Assert.Empty(item.Training?.Final ?? []));
    }

    [Theory]
    [InlineData("", "line 1: ")]
    [InlineData("[]", "line 1: this is not a micrograd-parity-run document")]
    [InlineData("{}", "line 1: this is not a micrograd-parity-run document: it has no format")]
    [InlineData("{\n\"format\": \"trx\"", "line 2: this is not a micrograd-parity-run document: its format is 'trx'")]
    [InlineData("{\n\"format\": \"micrograd-parity-run\",\n\"version\": 1,", "line 3: the document's version is not 3")]
    [InlineData("{\n\"format\": \"micrograd-parity-run\",\n\"version\": 3,\n!", "line 4: ")]
    public void What_is_no_document_is_told_with_its_line(string text, string message) => AssertRefused(text, message);

    [Theory]
    [InlineData("\"seed\": 2", "\"seed\": \"x\"", "environment.seed")]
    [InlineData("\"torch\":", "\"trch\":", "'torch'")]
    [InlineData("\"mismatch\": 0", "\"mismatch\": 1", "the summary is not the sum")]
    [InlineData("\"points\": ", "\"points\": 1e400, \"x\": ", "items[0].points")]
    [InlineData("\"at\": [", "\"at\": [7, ", "not as many values")]
    [InlineData("\"at\": [", "\"at\": [null, ", "an entry of 'at' is null")]
    [InlineData("\"second_at\": [", "\"second_at\": [7, ", "not as many values")]
    [InlineData("\"shape\": [", "\"shape\": [3, ", "not as many numbers as its shape")]
    [InlineData("\"side\": ", "\"side\": 1", "not as many numbers as its samples")]
    [InlineData("\"verdict\": \"same_bits\"", "\"verdict\": \"mismatch\"", "its counts come to 'same_bits'")]
    [InlineData("\"items\": [", "\"items\": [], \"items\": [", "items")]
    public void What_was_broken_is_told(string old, string broken, string message)
    {
        var text = JsonReport.Write(ReportFixture.Green);
        var at = text.IndexOf(old, StringComparison.Ordinal);
        AssertRefused(text[..at] + broken + text[(at + old.Length)..], message);
    }

    [Fact]
    public void A_document_cut_anywhere_is_refused()
    {
        var text = JsonReport.Write(ReportFixture.Green with { Items = [.. ReportFixture.Green.Items.DistinctBy(i => i.Kind)] }).TrimEnd();
        for (var length = 0; length < text.Length; length += 31)
            AssertRefused(text[..length], "line ");
    }

    [Fact]
    public void A_file_is_written_whole_or_not_at_all()
    {
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "out.json");
        WholeFile.Write(file, "first");
        WholeFile.Write(file, "second");
        Assert.Equal("second", File.ReadAllText(file));
        Assert.Throws<DirectoryNotFoundException>(() => WholeFile.Write(Path.Combine(folder.FullName, "none", "out.json"), "x"));
        Assert.Equal([file], Directory.GetFiles(folder.FullName));
        folder.Delete(recursive: true);
    }

    private static void AssertRefused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => JsonReport.Read(text)).Message, StringComparison.Ordinal);
}
