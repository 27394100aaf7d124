using System.Diagnostics;
using System.Runtime.Versioning;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>Files, devices and streams as an unlucky machine has them: each command ends with one line, and soon.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class UnluckyMachineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string> Readers =>
        [
            "check FILE",
            "train FILE",
            "record FILE --out out.jsonl",
            "compare FILE FILE",
            "merge FILE",
            "report --from FILE",
            "report neuron --format md --out report --with FILE",
            "fuzz --programs 1 --corpus FILE",
        ];

    [Theory]
    [MemberData(nameof(Readers))]
    public void A_file_of_a_gigabyte_is_refused_at_once(string command)
    {
        using (var file = File.Create(At("file.json")))
            file.SetLength(1 << 30);
        var (status, error) = Run(command, At("file.json"));
        AssertOneLine(status, error);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void What_is_no_file_to_read_is_refused(string command)
    {
        File.CreateSymbolicLink(At("loop"), At("loop"));
        File.CreateSymbolicLink(At("dangling"), At("nowhere"));
        foreach (
            var file in new[] { "/dev/zero", "/dev/null", "/proc/self/mem", "/dev/tty", At("loop"), At("dangling"), At("none"), At("none/file") }
        )
        {
            if (command.Contains("--corpus", StringComparison.Ordinal) && !File.Exists(file))
                continue;
            var (status, error) = Run(command, file);
            AssertOneLine(status, error);
        }
    }

    [Fact]
    public void Data_of_a_training_that_cannot_be_read_are_refused()
    {
        File.CreateSymbolicLink(At("loop"), At("loop"));
        foreach (var data in new[] { "/dev/zero", "/proc/self/mem", "/dev/tty", At("loop"), "6\\u0000", "." })
        {
            File.WriteAllText(
                At("train.json"),
                $$"""{"sizes": [2, 3, 1], "activations": "tanh", "data": {"kind": "csv", "path": "{{data}}"}, "loss": "mse_loss", "optimizer": {"kind": "sgd", "lr": 0.1}, "steps": 2}"""
            );
            var (status, error) = Run("train FILE", At("train.json"));
            AssertOneLine(status, error);
        }
    }

    [Theory]
    [InlineData("[2, 1000000000, 1]", "\"xor\"")]
    [InlineData("[2, 3000, 3000, 1]", "\"xor\"")]
    [InlineData("[2, 3, 1]", """{"kind": "two_moons", "count": 2147483647}""")]
    [InlineData("[2, 3, 1]", """{"kind": "quadratic_grid", "side": 100000}""")]
    [InlineData("[2, 3, 1]", """{"kind": "spiral", "per_class": 1073741824, "classes": 1073741824}""")]
    public void What_exceeds_the_machine_is_refused_with_the_figure(string sizes, string data)
    {
        File.WriteAllText(
            At("train.json"),
            $$"""{"sizes": {{sizes}}, "activations": "tanh", "data": {{data}}, "loss": "mse_loss", "optimizer": {"kind": "sgd", "lr": 0.1}, "steps": 2}"""
        );
        foreach (var command in new[] { "train FILE", "record FILE --out out.jsonl" })
        {
            var (status, error) = Run(command, At("train.json"));
            AssertOneLine(status, error);
            Assert.Contains("too large", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("list")]
    [InlineData("--help")]
    [InlineData("run neuron")]
    [InlineData("ops relu")]
    [InlineData("draw neuron")]
    [InlineData("doctor")]
    [InlineData("completion bash")]
    [InlineData("faults --list")]
    [InlineData("functions --points 2")]
    [InlineData("fuzz --programs 1")]
    public void Output_that_cannot_be_written_is_one_line(string command)
    {
        var outcome = Cli.StartIn(_folder.FullName, "/bin/sh", ["-c", $"exec dotnet \"$0\" {command} >/dev/full", Parity]);
        Assert.Equal(2, outcome.Status);
        Assert.Equal("parity: cannot write the output: No space left on device\n", outcome.Error);
        outcome = Cli.StartIn(_folder.FullName, "/bin/sh", ["-c", $"dotnet \"$0\" {command} | head -c 1", Parity]);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        outcome = Cli.StartIn(_folder.FullName, "/bin/sh", ["-c", $"exec dotnet \"$0\" {command} >/dev/full 2>/dev/full", Parity]);
        Assert.Equal(2, outcome.Status);
    }

    [Fact]
    public void A_pipe_without_a_writer_is_told_and_can_be_left()
    {
        Cli.Start("mkfifo", [At("pipe")]);
        var outcome = Cli.Interrupt(["check", At("pipe")], $"^parity: waiting for {At("pipe")}");
        Assert.Equal(130, outcome.Status);
    }

    [Theory]
    [InlineData("nothing was compared", "fuzz --programs 0 --corpus none")]
    [InlineData("is a file", "fuzz --programs 1 --corpus FILE")]
    [InlineData("--only runs one program", "fuzz --only 3 --programs 5")]
    [InlineData("beyond a double's range", "run \"tanh @ 1e400\"")]
    [InlineData("is named for two outputs", "train FILE --save x --json x")]
    [InlineData("it is a whole number", "train FILE --steps 1.5")]
    [InlineData("it is a whole number", "train FILE --steps 99999999999999")]
    [InlineData("--steps must be 1 or more", "train FILE --steps 0")]
    [InlineData("it is the name of a file", "run tanh --json \"\"")]
    [InlineData("'./parity test' in a clone of its repository", "test")]
    public void What_means_nothing_is_refused(string message, string command)
    {
        File.Copy(Path.Combine(Cli.Root, "comparisons/Training/examples/xor.json"), At("xor.json"));
        var outcome = Cli.StartIn(
            _folder.FullName,
            "/bin/sh",
            ["-c", $"exec dotnet \"$0\" {command.Replace("FILE", "xor.json", StringComparison.Ordinal)}", Parity]
        );
        Assert.Equal(2, outcome.Status);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain-1.jsonl")]
    [InlineData("of two words.jsonl")]
    [InlineData("it's a `trace` of $HOME \\ \"all\".jsonl")]
    public void A_command_that_is_suggested_can_be_pasted(string name)
    {
        var suggested = Cli.StartIn(_folder.FullName, "dotnet", [Parity, "record", "--program", "neuron", "--out", name]).Lines[^2];
        var outcome = Cli.StartIn(_folder.FullName, "bash", ["-c", $"parity() {{ dotnet \"$PARITY\" \"$@\"; }}\n{suggested}"], ("PARITY", Parity));
        Assert.EndsWith("NO BUG\n", outcome.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("diff FILE FILE")]
    [InlineData("fuzz --programs 1 --corpus FILE")]
    public void A_link_that_leads_to_no_folder_is_called_that(string command)
    {
        File.CreateSymbolicLink(At("loop"), At("loop"));
        var (status, error) = Run(command, At("loop"));
        AssertOneLine(status, error);
        Assert.Contains("loop: this link leads to no folder.", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_is_a_command()
    {
        Assert.Equal(Cli.Run(["run", "--help"]).Out, Cli.Run(["help", "run"]).Out);
        Assert.Equal((0, Cli.Run(["--help"]).Out), (Cli.Run(["help"]).Status, Cli.Run(["help"]).Out));
    }

    private static string Parity { get; } = Path.Combine(AppContext.BaseDirectory, "parity.dll");

    private string At(string file) => Path.Combine(_folder.FullName, file);

    private (int Status, string Error) Run(string command, string file)
    {
        var clock = Stopwatch.StartNew();
        var outcome = Cli.StartIn(_folder.FullName, "dotnet", [Parity, .. command.Replace("FILE", file, StringComparison.Ordinal).Split(' ')]);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{command} of {file} took {clock.Elapsed}");
        return (outcome.Status, outcome.Error);
    }

    private static void AssertOneLine(int status, string error)
    {
        Assert.Equal(2, status);
        Assert.Matches("^parity: [^\\n]*\\n$", error);
        Assert.DoesNotContain("not foreseen", error, StringComparison.Ordinal);
    }
}
