using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Micrograd.Parity.Cli.Tests;

/// <summary><c>parity report</c> and <c>parity compare</c>.</summary>
public sealed partial class ReportTests : IDisposable
{
    private static readonly string[] s_files = ["report.html", "report.json", "report.junit.xml", "report.md", "report.txt"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Report_writes_all_formats_and_a_saved_run_gives_the_same_files()
    {
        var outcome = Cli.Run(["report", "neuron", "--out", Place("first")]);
        Assert.Equal(0, outcome.Status);
        Assert.Contains(outcome.Lines, l => l.StartsWith("PARITY: ", StringComparison.Ordinal));
        Assert.Equal(s_files, Directory.GetFiles(Place("first")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        // A saved run needs no PyTorch.
        Assert.Equal(
            0,
            Cli.Run(["report", "--from", Place("first/report.json"), "--out", Place("second")], ("PARITY_BRIDGE", "/no/such/bridge.so")).Status
        );
        Assert.All(s_files, file => Assert.Equal(File.ReadAllText(Place($"first/{file}")), File.ReadAllText(Place($"second/{file}"))));
    }

    [Fact]
    public void Report_writes_the_formats_asked_for()
    {
        Assert.Equal(0, Cli.Run(["report", "5 / x", "--out", Place("r"), "--format", "md, txt"]).Status);
        Assert.Equal(["report.md", "report.txt"], Directory.GetFiles(Place("r")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("5 / x", File.ReadAllText(Place("r/report.txt")), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_reports_of_one_seed_differ_only_in_their_times()
    {
        foreach (var folder in new[] { "one", "two" })
            Assert.Equal(0, Cli.Run(["report", "*sig*", "--seed", "11", "--out", Place(folder)]).Status);
        Assert.All(s_files, file => Assert.Equal(WithoutTimes(Place($"one/{file}")), WithoutTimes(Place($"two/{file}"))));
        Assert.Contains("sigmoid", WithoutTimes(Place("one/report.md")), StringComparison.Ordinal);

        static string WithoutTimes(string file) => Times().Replace(File.ReadAllText(file), "");
    }

    [Fact]
    public void What_other_commands_found_is_shown_beside_the_run()
    {
        Assert.Equal(0, Cli.Run(["fuzz", "--programs", "20", "--json", Place("fuzz.json"), "--corpus", Place("corpus")]).Status);
        File.WriteAllText(Place("run.json"), Saved(mismatches: 0));
        Assert.Equal(0, Cli.Run(["report", "--from", Place("run.json"), "--with", Place("fuzz.json"), "--out", Place("r")]).Status);
        Assert.Contains("20 random programs", File.ReadAllText(Place("r/report.html")), StringComparison.Ordinal);
        Assert.Contains("20 random programs", File.ReadAllText(Place("r/report.md")), StringComparison.Ordinal);
        Assert.DoesNotContain("random", File.ReadAllText(Place("r/report.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_saved_mismatch_is_reported_and_exits_1()
    {
        File.WriteAllText(Place("bad.json"), Saved(mismatches: 1));
        var outcome = Cli.Run(["report", "--from", Place("bad.json"), "--out", Place("r")]);
        Assert.Equal(1, outcome.Status);
        Assert.Contains("Not the same bits", File.ReadAllText(Place("r/report.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no format 'pdf'", "report", "--format", "html,pdf")]
    [InlineData("names no format", "report", "--format", ",")]
    [InlineData("add html to --format", "report", "--format", "md", "--open")]
    [InlineData("neither FILTER nor --seed", "report", "tanh", "--from", "x.json")]
    [InlineData("neither FILTER nor --seed", "report", "--seed", "1", "--from", "x.json")]
    [InlineData("neither FILTER nor --seed nor --full", "report", "--full", "--from", "x.json")]
    [InlineData("there is no such folder", "report", "5 / x", "--with", "/no/such/fuzz.json", "--out", "/tmp")]
    [InlineData("it has no format", "report", "5 / x", "--with", "global.json", "--out", "/tmp")]
    [InlineData("there is no such folder", "report", "--from", "/no/such/run.json", "--out", "/tmp")]
    [InlineData("cannot write /dev/null", "report", "5 / x", "--out", "/dev/null/x")]
    [InlineData("line 1: this is not a micrograd-parity-run document", "compare", "global.json", "global.json")]
    [InlineData("line 1: ", "compare", "README.md", "README.md")]
    [InlineData("there is no such folder", "compare", "/no/such/a.json", "/no/such/b.json")]
    [InlineData("this is a folder", "compare", "docs", "global.json")]
    [InlineData("parity: NEW.json is missing: 'compare' takes OLD.json NEW.json.", "compare", "a.json")]
    public void Bad_usage_is_told_and_exits_2(string message, params string[] arguments)
    {
        var outcome = Cli.Run(arguments);
        Assert.Equal(2, outcome.Status);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, 0, "0 worse, 0 better, 0 new, 0 gone, 1 same")]
    [InlineData(0, 1, 1, "1 worse, 0 better, 0 new, 0 gone, 0 same")]
    [InlineData(1, 0, 0, "0 worse, 1 better, 0 new, 0 gone, 0 same")]
    public void Compare_says_what_became_worse_and_exits_1_on_it(int old, int now, int status, string summary)
    {
        File.WriteAllText(Place("old.json"), Saved(old));
        File.WriteAllText(Place("new.json"), Saved(now));
        var outcome = Cli.Run(["compare", Place("old.json"), Place("new.json")]);
        Assert.Equal(status, outcome.Status);
        Assert.Contains(summary, outcome.Lines);
    }

    [Fact]
    public void Compare_says_what_is_new_and_gone_and_in_which_surroundings()
    {
        File.WriteAllText(Place("old.json"), Saved(0));
        File.WriteAllText(
            Place("new.json"),
            Saved(0)
                .Replace("\"tanh\"", "\"sinh\"", StringComparison.Ordinal)
                .Replace("2.10.0", "2.11.0", StringComparison.Ordinal)
                .Replace("0.107.0", "0.108.0", StringComparison.Ordinal)
        );
        var outcome = Cli.Run(["compare", Place("old.json"), Place("new.json")]);
        Assert.Equal(0, outcome.Status);
        Assert.Contains("new      op sinh: same bits", outcome.Lines);
        Assert.Contains("gone     op tanh: same bits", outcome.Lines);
        Assert.Contains(
            "PyTorch  PyTorch 2.10.0 (TorchSharp 0.107.0, kernels AVX2, MKL 2024.2) -> PyTorch 2.11.0 (TorchSharp 0.108.0, not the pinned 0.107.0, kernels AVX2, MKL 2024.2)",
            outcome.Lines
        );
    }

    [Theory]
    [InlineData("2025-01-01T00:00:00+00:00", "2025-01-02T00:00:00+00:00", "")]
    [InlineData(
        "2025-01-02T00:00:00+00:00",
        "2025-01-01T00:00:00+00:00",
        "parity: the first run is the later one (2025-01-02 00:00 UTC, the second 2025-01-01 00:00 UTC). The older is to be named first.\n"
    )]
    public void Compare_says_so_where_the_runs_are_exchanged(string first, string second, string error)
    {
        File.WriteAllText(Place("first.json"), SavedAt(first));
        File.WriteAllText(Place("second.json"), SavedAt(second));
        Assert.Equal(error, Cli.Run(["compare", Place("first.json"), Place("second.json")]).Error);

        static string SavedAt(string time)
        {
            var run = JsonNode.Parse(Saved(0))!;
            run["environment"]!["time"] = time;
            return run.ToJsonString();
        }
    }

    internal static string Saved(int mismatches)
    {
        JsonObject Counts() =>
            new()
            {
                ["compared"] = 10,
                ["same_bits"] = 10 - mismatches,
                ["within_bound"] = 0,
                ["known"] = 0,
                ["mismatch"] = mismatches,
            };
        return new JsonObject
        {
            ["format"] = "micrograd-parity-run",
            ["version"] = 3,
            ["environment"] = new JsonObject
            {
                ["torch"] = "2.10.0",
                ["torch_sharp"] = "0.107.0",
                ["kernels"] = "AVX2",
                ["mkl"] = "2024.2",
                ["processor"] = "Some processor",
                ["runtime"] = ".NET",
                ["system"] = "Linux",
                ["seed"] = 1,
                ["seconds"] = 1.5,
            },
            ["summary"] = Counts(),
            ["items"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = "tanh",
                    ["kind"] = "op",
                    ["ours"] = "x.Tanh()",
                    ["theirs"] = "x.tanh()",
                    ["points"] = 5,
                    ["counts"] = Counts(),
                    ["greatest_ulp"] = mismatches,
                    ["verdict"] = mismatches > 0 ? "mismatch" : "same_bits",
                    ["failures"] = new JsonArray(),
                    ["errors"] = new JsonArray(),
                    ["known"] = new JsonArray(),
                    ["torch_against_itself"] = new JsonObject { ["count"] = 0, ["examples"] = new JsonArray() },
                }
            ),
        }.ToJsonString();
    }

    [GeneratedRegex("""[0-9.]+ s\b|"seconds": [0-9.eE+-]+,?|"time": "[^"]*",?|\btime(stamp)?="[^"]*"|[0-9-]+ [0-9:]+ UTC|\s+""")]
    private static partial Regex Times();

    private string Place(string name) => Path.Combine(_folder.FullName, name);
}
