using System.Runtime.Versioning;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>The parity script and the commands that the documents show.</summary>
[UnsupportedOSPlatform("windows")]
public class ScriptTests
{
    private static readonly string[] s_documents =
    [
        "README.md",
        "CONTRIBUTING.md",
        "ARCHITECTURE.md",
        .. Directory.GetFiles(Path.Combine(Cli.Root, "docs"), "*.md").Select(f => Path.GetRelativePath(Cli.Root, f)),
    ];

    /// <summary>The files that documented commands read, each with the command that makes it.</summary>
    private static readonly (string Name, Lazy<string> Text)[] s_files =
    [
        ("out.json", Saved("run", "neuron", "--json")),
        ("trace.jsonl", Saved("record", "--program", "neuron", "--out")),
        ("fuzz.json", Saved("fuzz", "--programs", "10", "--json")),
        ("fuzz-corpus/found.json", new(Program)),
    ];

    /// <summary>
    /// Every ./parity line in the documents, except those that run the tests or are run by them, those of <see cref="PackageTests"/> and
    /// <see cref="WholeRunTests"/>, and those that write into the sources; and <see cref="HelpExamples"/>.
    /// </summary>
    public static TheoryData<string> DocumentedCommands =>
        [
            .. InDocuments
                .Where(line => line.Split(' ')[1] is not ("test" or "prove" or "pack" or "new-op") && !WholeRunTests.Runs(line))
                .Concat(HelpExamples)
                .Distinct(),
        ];

    internal static IEnumerable<string> InDocuments =>
        s_documents
            .SelectMany(file => File.ReadLines(Path.Combine(Cli.Root, file)))
            .Where(line => line.StartsWith("./parity ", StringComparison.Ordinal))
            .Select(line => line.Split(" # ")[0].TrimEnd());

    /// <summary>The examples of help that take seconds and write nothing outside of the current folder.</summary>
    private static IEnumerable<string> HelpExamples =>
        Cli
            .Commands.Intersect(["check", "completion", "draw", "list", "ops", "record"])
            .SelectMany(command => Cli.Run([command, "--help"]).Lines)
            .Where(line => line.StartsWith("    parity ", StringComparison.Ordinal) && !line.Contains(">>", StringComparison.Ordinal))
            .Select(line => $"./{line.Trim()}");

    [Trait("Speed", "slow")]
    [Theory]
    [MemberData(nameof(DocumentedCommands))]
    public void A_documented_command_works(string command)
    {
        var folder = Directory.CreateTempSubdirectory();
        File.CreateSymbolicLink(Path.Combine(folder.FullName, "comparisons"), Path.Combine(Cli.Root, "comparisons"));
        Directory.CreateDirectory(Path.Combine(folder.FullName, "fuzz-corpus"));
        foreach (var (name, text) in s_files.Where(f => Reads(command, f.Name)))
            File.WriteAllText(Path.Combine(folder.FullName, name), text.Value);
        var outcome = Cli.StartIn(folder.FullName, "bash", ["-c", command.Replace("./parity", Cli.Script, StringComparison.Ordinal)]);
        folder.Delete(recursive: true);
        var lacks =
            command.Contains(".svg", StringComparison.Ordinal) ? "graphviz"
            : command.Split(' ')[1] is "bounds" or "opinions" ? "libmpfr6"
            : null;
        if (lacks is not null && outcome.Status == 2)
            Assert.Contains($"apt-get install {lacks}", outcome.Error, StringComparison.Ordinal);
        else
            Assert.True(outcome.Status == 0, outcome.Error + outcome.Out);
    }

    [Fact]
    public void Every_command_is_on_the_page_of_commands()
    {
        var page = File.ReadAllText(Path.Combine(Cli.Root, "docs", "commands.md"));
        Assert.All(Cli.Commands, command => Assert.Contains($"parity {command}", page, StringComparison.Ordinal));
    }

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
    public async Task Two_first_runs_at_once_both_work()
    {
        using var repository = new SmallRepository();
        var runs = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => repository.Parity(["run"]))));
        Assert.All(runs, run => Assert.True(run.Status == 0, run.Out + run.Error));
        Assert.All(runs, run => Assert.EndsWith(" run\n", run.Out, StringComparison.Ordinal));

        // What was built and is gone is built again.
        File.Delete(Path.Combine(repository.Folder, SmallRepository.Built));
        Assert.Equal(0, repository.Parity(["run"]).Status);
    }

    [Fact]
    public void A_link_to_the_script_and_a_folder_with_an_apostrophe_work()
    {
        using var repository = new SmallRepository("it's a folder");
        var link = Path.Combine(repository.Folder, "docs", "link");
        File.CreateSymbolicLink(link, "../parity");
        var outcome = repository.Start("bash", [link, "run"]);
        Assert.True(outcome.Status == 0, outcome.Out + outcome.Error);
    }

    [Fact]
    public void A_build_that_fails_exits_2_with_the_reason()
    {
        using var repository = new SmallRepository();
        repository.Write("src/Micrograd.Parity.Cli/Main.cs", "Console.WriteLine(nothing);");
        var outcome = repository.Parity(["run"]);
        Assert.Equal(2, outcome.Status);
        Assert.Contains("error CS0103", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_SDK_than_there_is_is_told_in_dotnet_s_own_words()
    {
        using var repository = new SmallRepository();
        repository.Write("global.json", """{"sdk": {"version": "99.0.100"}}""");
        var outcome = repository.Parity(["run"]);
        Assert.Equal(2, outcome.Status);
        Assert.Contains("99.0.100", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_in_the_way_exits_2_with_the_reason()
    {
        using var repository = new SmallRepository();
        repository.Write("artifacts", "");
        var outcome = repository.Parity(["run"]);
        Assert.Equal(2, outcome.Status);
        Assert.Contains("cannot be written", outcome.Error, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(repository.Folder, "gone"));
        outcome = repository.Start("bash", ["-c", "cd gone && rmdir ../gone && exec bash ../parity run"]);
        Assert.Equal(2, outcome.Status);
        outcome = repository.Start("bash", ["-c", $"mkdir gone && cd gone && rmdir ../gone && exec bash '{repository.Folder}/parity' run"]);
        Assert.Equal(2, outcome.Status);
        Assert.Contains("the working folder no longer exists", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public void A_signal_ends_a_build_and_all_that_it_began(string signal, int status)
    {
        using var repository = new SmallRepository();
        var outcome = repository.Start(
            "bash",
            [
                "-c",
                $"""
                set -m
                env --default-signal=INT,HUP MARK=$$ bash parity run 2>error & script=$!
                until grep -q building error; do sleep 0.1; done
                sleep 1
                kill -{signal} -- -$script
                wait $script; status=$?
                grep -lsz "^MARK=$$" /proc/[0-9]*/environ >&2
                cat error >&2
                exit $status
                """,
            ],
            ("MSBUILDDISABLENODEREUSE", null),
            ("UseSharedCompilation", null)
        );
        Assert.True(outcome.Status == status, outcome.Error);
        Assert.DoesNotContain("/proc/", outcome.Error, StringComparison.Ordinal);
        Assert.EndsWith("parity: interrupted\n", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(0, repository.Parity(["run"]).Status);
    }

    [Fact]
    public void Help_of_the_tests_runs_no_test()
    {
        using var repository = new SmallRepository();
        var outcome = repository.Parity(["test", "--help"]);
        Assert.Equal(0, outcome.Status);
        Assert.Contains("./parity test --coverage", outcome.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("running the tests", outcome.Error, StringComparison.Ordinal);
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
                    "ln",
                    "readlink",
                    "sleep",
                    "df",
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

    /// <summary>The program that the page on programs in files shows.</summary>
    private static string Program() => File.ReadAllText(Path.Combine(Cli.Root, "docs", "program-format.md")).Split("```json\n")[1].Split("```")[0];

    private static bool Reads(string command, string file) =>
        command.Contains(file, StringComparison.Ordinal)
        && !command.Contains($"--json {file}", StringComparison.Ordinal)
        && !command.Contains($"--out {file}", StringComparison.Ordinal);

    /// <summary>The file that a command writes where its last argument says.</summary>
    private static Lazy<string> Saved(params string[] command) =>
        new(() =>
        {
            var folder = Directory.CreateTempSubdirectory();
            var file = Path.Combine(folder.FullName, "saved");
            var outcome = Cli.StartIn(folder.FullName, "bash", [Cli.Script, .. command, file]);
            Assert.True(outcome.Status == 0, outcome.Error + outcome.Out);
            var text = File.ReadAllText(file);
            folder.Delete(recursive: true);
            return text;
        });
}
