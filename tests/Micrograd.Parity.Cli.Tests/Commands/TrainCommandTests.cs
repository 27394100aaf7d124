using System.Diagnostics;
using System.Text.Json;

namespace Micrograd.Parity.Cli.Tests.Commands;

/// <summary><c>parity train</c> as a user runs it.</summary>
public sealed class TrainCommandTests : IDisposable
{
    private const string Xor = """
        {
          "name": "xor of a test",
          "sizes": [2, 3, 1],
          "activations": "tanh",
          "data": "xor",
          "loss": "mse_loss",
          "optimizer": { "kind": "adam", "lr": 0.01 },
          "steps": 20
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("parity-train-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Trains_both_sides_saves_and_reports()
    {
        var (code, output, _) = await Train(Xor, "--steps", "5", "--lockstep", "--save", InFolder("xor.safetensors"), "--json", InFolder("out.json"));

        Assert.Equal(0, code);
        Assert.Contains("PARITY", output, StringComparison.Ordinal);
        Assert.Contains("loss, ours", output, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(InFolder("out.json")));
        Assert.Equal(0, report.RootElement.GetProperty("summary").GetProperty("mismatch").GetInt64());
        Assert.InRange(
            report.RootElement.GetProperty("environment").GetProperty("time").GetDateTimeOffset(),
            DateTimeOffset.UtcNow.AddMinutes(-5),
            DateTimeOffset.UtcNow
        );
        Assert.NotEmpty(report.RootElement.GetProperty("environment").GetProperty("commit").GetString()!);
        var items = report.RootElement.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["xor of a test", "xor of a test, modules"], items.Select(i => i.GetProperty("name").GetString()!));
        Assert.All(items, i => Assert.Equal(5, i.GetProperty("training").GetProperty("steps").GetInt32()));
        var saved = Safetensors.Read(InFolder("xor.safetensors"));
        Assert.Equal(["0.bias", "0.weight", "2.bias", "2.weight"], saved.Select(t => t.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_mistake_in_the_file_is_told_with_its_line_and_exit_code_2()
    {
        var (code, _, error) = await Train(Xor.Replace("tanh", "tan", StringComparison.Ordinal));
        Assert.Equal(2, code);
        Assert.Contains("line 4: 'activations' must be one of", error, StringComparison.Ordinal);
        Assert.Contains("did you mean 'tanh'?", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--steps", "0", "--steps must be 1 or more.")]
    [InlineData("--save", "/nowhere/at/all.safetensors", "there is no folder /nowhere/at.")]
    [InlineData("--json", "/", "it is a folder.")]
    public async Task A_bad_option_ends_with_exit_code_2_before_any_work(string option, string value, string message)
    {
        var (code, output, error) = await Train(Xor, option, value);
        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public async Task A_file_that_is_not_there_ends_with_exit_code_2()
    {
        var (code, _, error) = await Parity("train", InFolder("missing.json"));
        Assert.Equal(2, code);
        Assert.Contains("missing.json", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> Parity(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "parity.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    private Task<(int Code, string Output, string Error)> Train(string file, params string[] options)
    {
        File.WriteAllText(InFolder("run.json"), file);
        return Parity(["train", InFolder("run.json"), .. options]);
    }

    private string InFolder(string name) => Path.Combine(_folder, name);
}
