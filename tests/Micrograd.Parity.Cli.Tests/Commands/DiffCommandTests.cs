using System.IO.Compression;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;

namespace Micrograd.Parity.Cli.Tests.Commands;

/// <summary>parity diff on recordings of PyTorch: what it prints and writes, and what it refuses.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DiffCommandTests : IDisposable
{
    /// <summary>A name that colours, clears, reverses and ends lines, and would be a script on a page.</summary>
    private const string Hostile = "e\u001b[31mRED\u001b[2J\u202ebidi\nSAME\r\u0007<script>alert(1)</script>&\"'";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parity-diff-");

    public DiffCommandTests()
    {
        var pairs = Path.Combine(Cli.Root, "tests", "Micrograd.Parity.Diff.Tests", "Pairs", "python");
        foreach (var side in new[] { "original", "port" })
            ZipFile.ExtractToDirectory(Path.Combine(pairs, "mlp.zip"), At(side));
    }

    private string Index => At("port/index.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Names_that_would_move_the_cursor_or_begin_a_line_are_escaped_in_every_output()
    {
        File.WriteAllLines(Index, File.ReadAllLines(Index).Select(line => Renamed(JsonNode.Parse(line)!, top: true)!.ToJsonString()));
        var outcome = Diff("--all", "--json", At("diff.json"), "--html", At("diff.html"));
        Assert.True(outcome.Status == 1, outcome.Out + outcome.Error);
        Assert.Contains(@"e\u001b[31mRED\u001b[2J\u202ebidi\nSAME\r\u0007<script>", outcome.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(outcome.Lines, line => line.StartsWith("SAME", StringComparison.Ordinal));
        var page = File.ReadAllText(At("diff.html"));
        Assert.Contains("RED", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        foreach (var text in new[] { outcome.Out, outcome.Error, page })
            Assert.DoesNotContain(text, c => (char.IsControl(c) && c != '\n') || c == '\u202e');
        var json = File.ReadAllText(At("diff.json"));
        Assert.DoesNotContain(json, c => char.IsControl(c) && c != '\n');
        Assert.Contains(Hostile, Texts(JsonNode.Parse(json)!));
    }

    [Fact]
    public void Settings_that_differ_are_told_with_what_has_them()
    {
        var text = File.ReadAllText(Index).Replace("\"momentum\":0.9", "\"momentum\":0.8", StringComparison.Ordinal);
        var tanh = """
            "type":"Tanh","class":"torch.nn.modules.activation.Tanh"
            """;
        File.WriteAllText(Index, text.Replace(tanh, tanh.Replace("Tanh", "Sigmoid", StringComparison.Ordinal), StringComparison.Ordinal));
        var outcome = Diff();
        Assert.Contains("PARTED  settings: act1 is Tanh in the original and Sigmoid in the port", outcome.Lines);
        Assert.Contains(outcome.Lines, line =>
            line.StartsWith("  settings: SGD has momentum 0.9 in the original and 0.8 in", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("--steps", "1.5", "parity: --steps cannot be '1.5': it is a whole number.")]
    [InlineData("--steps", "0", "parity: --steps must be 1 or more.")]
    [InlineData("--steps", "99999999999", "parity: --steps cannot be '99999999999': it is a whole number.")]
    [InlineData("--json", "", "parity: --json cannot be '': it is the name of a file.")]
    [InlineData("--html", "/nowhere/diff.html", "parity: cannot write /nowhere/diff.html: there is no folder /nowhere.")]
    [InlineData("--html", "/dev/full", "parity: cannot write /dev/full: No space left on device")]
    [InlineData("--json", "/dev/full", "parity: cannot write /dev/full: No space left on device")]
    public void What_it_cannot_do_is_told_in_a_line(string option, string value, string said)
    {
        var outcome = Diff(option, value);
        Assert.Equal((2, said), (outcome.Status, outcome.Error.Split('\n')[0]));
        Assert.False(File.Exists(At("diff.json")));
    }

    [Theory]
    [InlineData("ln -sf /dev/zero index.jsonl", "index.jsonl: line 1 is longer than 256 MiB")]
    [InlineData("rm index.jsonl && ln -s index.jsonl index.jsonl", "index.jsonl: Too many levels of symbolic links")]
    [InlineData("rm index.jsonl && truncate -s 1G index.jsonl", "index.jsonl: line 1 is longer than 256 MiB")]
    [InlineData("ln -sf /dev/zero step-1.safetensors", "step-1.safetensors: the file has 0 bytes")]
    [InlineData("rm step-1.safetensors && ln -s step-1.safetensors step-1.safetensors", "step-1.safetensors: Too many levels of symbolic links")]
    [InlineData(
        "rm step-1.safetensors && mkfifo step-1.safetensors && (: >step-1.safetensors 2>&1 &) >&- 2>&-",
        "step-1.safetensors: this is a pipe"
    )]
    [InlineData("truncate -s 1T step-1.safetensors", "bytes behind the last tensor")]
    [InlineData("rm index.jsonl", "the folder has no index.jsonl: this is no recording.")]
    [InlineData("sed -i 's/\"name\":\"fc2\"/\"name\":\"'$(printf %0800d 0)'\"/' index.jsonl", "index.jsonl: line 2: a text has 800 characters")]
    public void What_is_no_recording_is_refused_with_its_file(string made, string said)
    {
        var making = Cli.StartIn(At("port"), "bash", ["-c", made]);
        Assert.True(making.Status == 0, making.Error);
        var outcome = Diff();
        Assert.True(outcome.Status == 2, outcome.Out + outcome.Error);
        Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("index.jsonl")]
    [InlineData("step-1.safetensors")]
    public void A_pipe_without_a_writer_is_named_and_a_signal_ends_the_waiting(string file)
    {
        File.Delete(At($"port/{file}"));
        Assert.Equal(0, Cli.Start("mkfifo", [At($"port/{file}")]).Status);
        var outcome = Cli.Interrupt(["diff", At("original"), At("port")], "waiting for");
        Assert.Equal(130, outcome.Status);
        Assert.Contains($"parity: waiting for {At($"port/{file}")}, which has no end yet.\n", outcome.Error, StringComparison.Ordinal);
        Assert.EndsWith("parity: interrupted; nothing was written.\n", outcome.Error, StringComparison.Ordinal);
    }

    private Cli.Outcome Diff(params string[] options) => Cli.Run(["diff", At("original"), At("port"), .. options]);

    /// <summary>The same with the layer fc2, its parameters and what describes the run named in a hostile way, and one option changed.</summary>
    private static JsonNode? Renamed(JsonNode? node, bool top = false) =>
        node switch
        {
            JsonArray list => new JsonArray([.. list.Select(item => Renamed(item))]),
            JsonObject map => new JsonObject(
                map.Select(pair =>
                    KeyValuePair.Create(
                        pair.Key,
                        pair.Key is "framework" or "device" || (top && pair.Key == "name") ? JsonValue.Create(Hostile)
                            : pair.Key == "momentum" ? JsonValue.Create(0.125)
                            : Renamed(pair.Value)
                    )
                )
            ),
            JsonValue value when value.TryGetValue(out string? text) && text.Split('.')[0] == "fc2" => JsonValue.Create(Hostile + text[3..]),
            _ => node?.DeepClone(),
        };

    private static IEnumerable<string> Texts(JsonNode? node) =>
        node switch
        {
            JsonArray list => list.SelectMany(Texts),
            JsonObject map => map.SelectMany(pair => Texts(pair.Value)),
            JsonValue value when value.TryGetValue(out string? text) => [text],
            _ => [],
        };

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
