using System.Runtime.Versioning;
using System.Text.Json.Nodes;

namespace Micrograd.Parity.Cli.Tests;

[UnsupportedOSPlatform("windows")]
public class CommandTests
{
    [Fact]
    public void Run_reports_parity_and_exits_0()
    {
        var outcome = Cli.Run(["run", "tanh"]);
        Assert.Equal(0, outcome.Status);
        Assert.Contains(outcome.Lines, l => l.Contains("tanh", StringComparison.Ordinal) && l.Contains("same bits", StringComparison.Ordinal));
        Assert.Contains("PyTorch ", outcome.Out, StringComparison.Ordinal);
        Assert.Contains(outcome.Lines, l => l.StartsWith("PARITY: given PyTorch's elementary functions ", StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', outcome.Out + outcome.Error);
    }

    [Fact]
    public void Run_writes_one_json_document()
    {
        var file = Path.GetTempFileName();
        Assert.Equal(0, Cli.Run(["run", "neuron*", "--json", file]).Status);
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        Assert.Equal(Cli.Run(["list", "neuron*"]).Lines.Count(l => l.Length > 0), json["items"]!.AsArray().Count);
        Assert.Equal(0, (long?)json["summary"]!["mismatch"]);
        File.Delete(file);
    }

    [Fact]
    public void Two_runs_with_one_seed_differ_only_in_their_times()
    {
        Assert.Equal(Document(), Document());

        static string Document()
        {
            var file = Path.GetTempFileName();
            Cli.Run(["run", "*sig*", "--seed", "11", "--json", file]);
            var json = JsonNode.Parse(File.ReadAllText(file))!;
            json["environment"]!.AsObject().Remove("seconds");
            json["environment"]!.AsObject().Remove("time");
            foreach (var item in json["items"]!.AsArray())
                item!.AsObject().Remove("seconds");
            File.Delete(file);
            return json.ToJsonString();
        }
    }

    [Fact]
    public void Run_takes_one_point()
    {
        var outcome = Cli.Run(["run", "div @ 1, -0.5 upstream 2"]);
        Assert.Equal(0, outcome.Status);
        Assert.Contains("1 op: 4 numbers compared, 4 with the same bits", outcome.Out, StringComparison.Ordinal); // value, and three gradients
    }

    [Theory]
    [InlineData("unknown item 'tahn'; did you mean 'tanh'?", "run", "tahn")]
    [InlineData("did you mean 'tanh'?", "run", "tanhh")]
    [InlineData("is not a number", "run", "tanh @ x")]
    [InlineData("takes 2 operand(s)", "run", "tanh @ 1, 2")]
    [InlineData("unknown command 'rnu'; did you mean 'run'?", "rnu")]
    [InlineData("unknown command 'qqqqqqqq'.", "qqqqqqqq")]
    [InlineData("parity: --seed cannot be 'one': it is a whole number.\n", "run", "--seed", "one")]
    [InlineData("parity: --kernels cannot be 'bets': it is one of best, plain.\n", "run", "--kernels", "bets")]
    [InlineData("unknown option '--sed'; did you mean '--seed'?", "run", "--sed", "1")]
    [InlineData("unknown option '--progams'; did you mean '--programs'?", "fuzz", "--progams", "1")]
    [InlineData("unknown option '--qiuet'; did you mean '--quiet'?", "prove", "--qiuet")]
    [InlineData("'x' is one argument too many for 'doctor'", "doctor", "x")]
    [InlineData("parity: NEW.json is missing: 'compare' takes OLD.json NEW.json.\n", "compare", "old.json")]
    [InlineData("--quiet and --verbose exclude each other", "run", "-q", "-v")]
    [InlineData("'fish'", "completion", "fish")]
    [InlineData("there is no folder", "run", "neuron", "--json", "/no/such/folder/out.json")]
    [InlineData("it is a folder", "run", "neuron", "--json", "/tmp")]
    [InlineData("unknown item", "draw", "no such program")]
    [InlineData("names 4 programs", "draw", "neuron*")]
    [InlineData(".svg", "draw", "neuron, b = 6.7", "-o", "/tmp/neuron.xyz")]
    public void Bad_usage_is_told_and_exits_2(string message, params string[] arguments)
    {
        var outcome = Cli.Run(arguments);
        Assert.Equal(2, outcome.Status);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unwritable_place_is_told_and_nothing_is_left_there()
    {
        var outcome = Cli.Run(["run", "neuron, b = 6.7", "--json", "/proc/out.json"]);
        Assert.Equal(2, outcome.Status);
        Assert.Contains("cannot write /proc/out.json", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_told()
    {
        var outcome = Cli.Run(["run", "neuron, b = 6.7", "--json", "/dev/full"]);
        Assert.Equal(2, outcome.Status);
        Assert.Contains("cannot write /dev/full", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_ends_the_run_and_leaves_nothing_half_written()
    {
        var folder = Directory.CreateTempSubdirectory();
        var outcome = Cli.Interrupt(["run", "--verbose", "--json", Path.Combine(folder.FullName, "out.json")], @"^ *[\d.]+ s +2 of \d+ ");
        Assert.Equal(130, outcome.Status);
        Assert.EndsWith("parity: interrupted; nothing was written.\n", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(folder.GetFiles());
        folder.Delete();
    }

    [Fact]
    public void List_and_draw_show_programs()
    {
        var list = Cli.Run(["list", "program"]);
        Assert.Equal(0, list.Status);
        Assert.Contains("program  neuron", list.Lines);
        var dot = Cli.Run(["draw", "neuron"]);
        Assert.Equal(0, dot.Status);
        Assert.Contains("{ o | data 0.7071 | grad 1.0000 }", dot.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_without_Graphviz_says_how_to_get_it()
    {
        var dotnet = Path.Combine(Cli.DotnetFolder, "dotnet");
        var outcome = Cli.Start(
            dotnet,
            [Path.Combine(AppContext.BaseDirectory, "parity.dll"), "draw", "neuron", "-o", Path.Combine(Path.GetTempPath(), "neuron.svg")],
            ("PATH", "/nowhere")
        );
        Assert.Equal(2, outcome.Status);
        Assert.Contains("apt-get install graphviz", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_names_versions_and_paths()
    {
        var outcome = Cli.Run(["doctor"]);
        Assert.Equal(0, outcome.Status);
        foreach (var what in new[] { "runtime", "SDK", "C library", "PyTorch", "TorchSharp", "library", "kernels", "MKL", "processor", "functions" })
            Assert.Contains(outcome.Lines, l => l.StartsWith(what, StringComparison.Ordinal));
    }

    /// <summary>A package folder that is looked into before the one of the build, with damaged files.</summary>
    [Theory]
    [InlineData("libtorch-cpu-linux-x64/2.10.0", "libtorch_cpu.so", 0)]
    [InlineData("libtorch-cpu-linux-x64/2.10.0", "libtorch_cpu.so", 1_000_000)]
    [InlineData("torchsharp/0.107.0", "libLibTorchSharp.so", 0)]
    [InlineData("torchsharp/0.107.0", "libLibTorchSharp.so", 300_000)]
    [InlineData("torchsharp/0.107.0", "libLibTorchSharp.so", -1)]
    public void Damaged_files_of_PyTorch_exit_3_and_say_what_to_do(string package, string file, int length)
    {
        var folder = Directory.CreateTempSubdirectory("parity-damaged-");
        var native = Path.Combine(folder.FullName, package, "runtimes", "linux-x64", "native");
        Directory.CreateDirectory(native);
        var whole = Path.Combine((string)AppContext.GetData("Micrograd.Parity.PackageFolder")!, package, "runtimes", "linux-x64", "native", file);
        using (var original = File.OpenRead(whole))
        {
            var bytes = new byte[length < 0 ? original.Length : length];
            original.ReadExactly(bytes);

            // Whole, but for the part where the system's loader looks first.
            if (length < 0)
                bytes.AsSpan(64, 4000).Fill(0xA5);
            File.WriteAllBytes(Path.Combine(native, file), bytes);
        }

        foreach (var command in new[] { "run tanh", "doctor" })
        {
            var outcome = Cli.Run(command.Split(' '), ("NUGET_PACKAGES", folder.FullName));
            var said = outcome.Out + outcome.Error;
            Assert.True(outcome.Status == 3, $"{outcome.Status}: {said}");
            Assert.Contains("PyTorch cannot be loaded: ", said, StringComparison.Ordinal);
            Assert.Contains("delete the folders torchsharp and libtorch-cpu-*", said, StringComparison.Ordinal);
            Assert.DoesNotContain("PARITY", said, StringComparison.Ordinal);
            Assert.DoesNotContain("Unhandled", said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
            Assert.DoesNotContain("Trying to load", said, StringComparison.Ordinal);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Several_processes_make_the_folder_of_links_at_once()
    {
        var cache = Directory.CreateTempSubdirectory("parity-cache-");
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Cli.Run(["doctor"], ("XDG_CACHE_HOME", cache.FullName)))));
        Assert.All(runs, outcome => Assert.True(outcome.Status == 0, outcome.Out + outcome.Error));
        var folder = Assert.Single(Directory.GetFileSystemEntries(Path.Combine(cache.FullName, "micrograd-parity")));
        Assert.All(runs, outcome => Assert.Contains(outcome.Lines, l => l.EndsWith($" {folder}/libtorch_cpu.so", StringComparison.Ordinal)));
        cache.Delete(recursive: true);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_no_obstacle()
    {
        var outcome = Cli.Run(["doctor"], ("XDG_CACHE_HOME", "/proc/none"), ("TMPDIR", Path.GetTempPath()));
        Assert.Equal(0, outcome.Status);
        var library = outcome.Lines.Single(l => l.StartsWith("library ", StringComparison.Ordinal)).Split(' ')[^1];
        Assert.StartsWith(Path.GetTempPath(), library, StringComparison.Ordinal);
        Assert.False(File.Exists(library), "The folder among temporary files is still there.");
    }

    [Fact]
    public void Help_has_examples_for_every_command()
    {
        var commands = Cli.Commands;
        Assert.Contains("run", commands);
        Assert.True(commands.Count > 12, string.Join(", ", commands));
        foreach (var command in commands)
        {
            var help = Cli.Run([command, "--help"]);
            Assert.Equal(0, help.Status);
            Assert.Contains($"parity {command}", help.Out, StringComparison.Ordinal);
            Assert.Contains("Example", help.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_a_command_the_commands_are_shown()
    {
        var outcome = Cli.Run([]);
        Assert.Equal(2, outcome.Status);
        Assert.Equal(Cli.Run(["--help"]).Out, outcome.Out);
    }
}
