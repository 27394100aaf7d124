using System.Runtime.Versioning;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>The parity script and the commands that the documents show.</summary>
[UnsupportedOSPlatform("windows")]
public class ScriptTests
{
    private static readonly string[] s_documents = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"];

    private static readonly string s_readme = File.ReadAllText(Path.Combine(Cli.Root, "README.md"));

    /// <summary>A saved run, for the commands that read one.</summary>
    private static readonly Lazy<string> s_saved = new(() => Saved("run", "neuron", "--json"));

    /// <summary>A trace, for the command that reads one.</summary>
    private static readonly Lazy<string> s_trace = new(() => Saved("record", "--program", "neuron", "--out"));

    /// <summary>A saved campaign, for the command that shows one beside a run.</summary>
    private static readonly Lazy<string> s_campaign = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "fuzz.json");
        Assert.Equal(0, Cli.Run(["fuzz", "--programs", "10", "--json", file, "--corpus", Path.Combine(folder.FullName, "corpus")]).Status);
        var text = File.ReadAllText(file);
        folder.Delete(recursive: true);
        return text;
    });

    /// <summary>
    /// Every ./parity line in the documents, except the one that runs these tests, the one that it runs before them, and those of
    /// <see cref="PackageTests"/> and <see cref="NewOpTests"/>.
    /// </summary>
    public static TheoryData<string> DocumentedCommands =>
        [
            .. s_documents
                .SelectMany(file => File.ReadLines(Path.Combine(Cli.Root, file)))
                .Where(line => line.StartsWith("./parity ", StringComparison.Ordinal))
                .Select(line => line.Split(" # ")[0].TrimEnd())
                .Where(line => line.Split(' ')[1] is not ("test" or "prove" or "pack" or "new-op"))
                .Distinct(),
        ];

    [Trait("Speed", "slow")]
    [Theory]
    [MemberData(nameof(DocumentedCommands))]
    public void A_documented_command_works(string command)
    {
        var folder = Directory.CreateTempSubdirectory();
        var line = command
            .Replace("out.json", Path.Combine(folder.FullName, "out.json"), StringComparison.Ordinal)
            .Replace("trace.jsonl", Path.Combine(folder.FullName, "trace.jsonl"), StringComparison.Ordinal)
            .Replace("neuron.svg", Path.Combine(folder.FullName, "neuron.svg"), StringComparison.Ordinal);
        if (line.Contains("--with fuzz.json", StringComparison.Ordinal))
            File.WriteAllText(Path.Combine(folder.FullName, "fuzz.json"), s_campaign.Value);
        line = line.Replace("fuzz.json", Path.Combine(folder.FullName, "fuzz.json"), StringComparison.Ordinal);
        line = line.Replace("--out parity-report", $"--out {Path.Combine(folder.FullName, "parity-report")}", StringComparison.Ordinal);
        if (line.Contains("out.json", StringComparison.Ordinal) && !line.Contains("--json", StringComparison.Ordinal))
            File.WriteAllText(Path.Combine(folder.FullName, "out.json"), s_saved.Value);
        if (line.Contains("trace.jsonl", StringComparison.Ordinal) && !line.Contains("--out", StringComparison.Ordinal))
            File.WriteAllText(Path.Combine(folder.FullName, "trace.jsonl"), s_trace.Value);
        var needsGraphviz = line.Contains(".svg", StringComparison.Ordinal);
        var outcome = Cli.Start("bash", ["-c", line]);
        var needsMpfr = line.Split(' ')[1] is "bounds" or "opinions";
        if ((needsGraphviz || needsMpfr) && outcome.Status == 2)
            Assert.Contains($"apt-get install {(needsMpfr ? "libmpfr6" : "graphviz")}", outcome.Error, StringComparison.Ordinal);
        else
            Assert.True(outcome.Status == 0, outcome.Error + outcome.Out);
        if (command == "./parity run")
            Assert.Contains(outcome.Lines.Single(l => l.Contains("numbers compared", StringComparison.Ordinal)), s_readme, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Every_command_is_in_the_README() =>
        Assert.All(Cli.Commands, command => Assert.Contains($"parity {command}", s_readme, StringComparison.Ordinal));

    [Fact]
    public void There_are_documented_commands() => Assert.True(DocumentedCommands.Count > 5);

    [Trait("Speed", "slow")]
    [Theory]
    [InlineData("0.106.9", "TorchSharp 0.106.9 was not found. TorchSharp 0.107.0 was resolved instead.")]
    [InlineData("0.999.0", "the package feed lacks pinned versions: the newest that it has are used")]
    public void A_feed_with_another_version_than_the_pinned_one_stops_nobody(string pinned, string said)
    {
        using var repository = new SmallRepository();
        var outcome = repository.Parity(["doctor"], ("TorchSharpVersion", pinned));
        Assert.True(outcome.Status == 0, outcome.Out + outcome.Error);
        Assert.Contains($"parity: {said}\n", outcome.Error, StringComparison.Ordinal);
        Assert.Equal($"0.107.0 pinned {pinned} doctor\n", outcome.Out);

        // The next time nothing is said and nothing built; with the feed's version pinned, it is built again.
        var again = repository.Parity(["doctor"], ("TorchSharpVersion", pinned));
        Assert.Equal(("", $"0.107.0 pinned {pinned} doctor\n"), (again.Error, again.Out));
        Assert.Equal("0.107.0 pinned 0.107.0 doctor\n", repository.Parity(["doctor"], ("TorchSharpVersion", "0.107.0")).Out);
    }

    [Fact]
    public void Without_a_home_folder_one_is_made()
    {
        using var repository = new SmallRepository();
        var outcome = repository.Parity(["run"], ("HOME", "/proc/none"));
        Assert.True(outcome.Status == 0, outcome.Out + outcome.Error);
        Assert.Contains("there is no home folder that can be written: packages and caches go to ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("artifacts/home", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Test_without_a_browser_and_Python_says_what_to_install_and_does_not_pass()
    {
        using var repository = new SmallRepository();
        var outcome = repository.Parity(
            ["test"],
            (
                "PATH",
                repository.PathOf(
                    "dotnet",
                    "bash",
                    "sed",
                    "grep",
                    "find",
                    "mkdir",
                    "touch",
                    "cat",
                    "id",
                    "rm",
                    "awk",
                    "dirname",
                    "basename",
                    "sort",
                    "cp",
                    "head",
                    "mv",
                    "tail"
                )
            ),
            ("CHROMIUM", null)
        );
        Assert.NotEqual(0, outcome.Status);
        Assert.Contains("tests fail for want of Chromium, in which the tests look at the report", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("tests fail for want of python3, which runs the recorder for Python engines", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("without it, all other tests:  dotnet test Micrograd.Parity.sln", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("installing", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>What a command writes to the file that is its last argument.</summary>
    private static string Saved(params string[] command)
    {
        var file = Path.GetTempFileName();
        Assert.Equal(0, Cli.Run([.. command, file]).Status);
        var text = File.ReadAllText(file);
        File.Delete(file);
        return text;
    }
}
