using System.Text.Json;

namespace Micrograd.Parity.Cli.Tests.Commands;

/// <summary><c>parity check</c> and <c>parity record</c> as a user runs them.</summary>
public sealed class CheckCommandTests : IDisposable
{
    private const string Wrong = """
        {"format": "micrograd-parity-trace", "version": 1, "kind": "graph", "engine": "mine"}
        {"id": 0, "value": 2, "gradient": -0.25, "label": "x"}
        {"id": 1, "op": "**2", "parents": [0], "value": 4, "gradient": 0.25}
        {"id": 2, "op": "log", "parents": [1], "value": 1.5, "gradient": 1}
        {"end": 4}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("parity-check-").FullName;

    private string Trace => Path.Combine(_folder, "trace.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_record_writes_check_passes()
    {
        Assert.Equal(0, Cli.Run(["record", "--program", "neuron", "--out", Trace]).Status);
        var outcome = Cli.Run(["check", Trace]);
        Assert.Equal(0, outcome.Status);
        Assert.Contains("NO BUG", outcome.Out, StringComparison.Ordinal);
        Assert.Equal(0, Cli.Run(["record", "comparisons/Training/examples/four-points.json", "--out", Trace]).Status);
        outcome = Cli.Run(["check", Trace]);
        Assert.Equal(0, outcome.Status);
        Assert.Contains("NO BUG", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_is_shown_and_exits_with_1()
    {
        File.WriteAllText(Trace, Wrong);
        var json = Path.Combine(_folder, "out.json");
        var outcome = Cli.Run(["check", Trace, "--all", "--json", json]);
        Assert.Equal(1, outcome.Status);
        Assert.Contains("log: value of 1 of 1 nodes", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("pow_number: gradient that it passes on", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("line 2", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("PyTorch   1.3862943611198906", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("BUGS", outcome.Out, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(File.ReadAllText(json));
        Assert.True(document.RootElement.GetProperty("mistakes").GetBoolean());
        Assert.Equal(2, document.RootElement.GetProperty("graphs")[0].GetProperty("mistakes").GetArrayLength());
    }

    [Fact]
    public void A_broken_trace_is_told_with_its_line_and_exits_with_2()
    {
        File.WriteAllText(Trace, Wrong.Replace("\"log\"", "\"lgo\"", StringComparison.Ordinal));
        var outcome = Cli.Run(["check", Trace]);
        Assert.Equal(2, outcome.Status);
        Assert.Contains("trace.jsonl:4: unknown op 'lgo'; did you mean 'log'?", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
    }

    [Theory]
    [InlineData("check", "/nowhere.jsonl", "/nowhere.jsonl")]
    [InlineData("check", "/usr", "/usr: this is a folder")]
    [InlineData("record", "--out", "--out is given without a value")]
    public void Bad_usage_exits_with_2(string command, string argument, string message)
    {
        var outcome = Cli.Run([command, argument]);
        Assert.Equal(2, outcome.Status);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nueron", "did you mean 'neuron'?")]
    public void An_unknown_program_is_told(string name, string message)
    {
        var outcome = Cli.Run(["record", "--program", name, "--out", Trace]);
        Assert.Equal(2, outcome.Status);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Trace));
    }
}
