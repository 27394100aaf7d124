using System.Diagnostics;
using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Tools;

namespace Micrograd.Parity.Diff.Tests.Python;

/// <summary>
/// The recorder of PyTorch's runs, checked by <c>tools/recorders/check_parity_torch.py</c>: with the PyTorch that is installed, and with a stand-in
/// that has the hooks of the oldest and of the newest version.
/// </summary>
public sealed class PythonRecorderTests : IDisposable
{
    private static readonly string s_root = Repository.Above(AppContext.BaseDirectory)!;
    private static readonly string s_check = Path.Combine(s_root, "tools/recorders/check_parity_torch.py");
    private static readonly string s_standIn = Path.Combine(s_root, "tests/Micrograd.Parity.Diff.Tests/Python/stand_in");

    private static readonly Lazy<string?> s_real = new(() =>
        new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python => Start(python, null, "-c", "import torch").Status == 0)
    );

    private readonly string _folder = Directory.CreateTempSubdirectory("python-").FullName;

    static PythonRecorderTests() => TorchLibrary.Load();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("1.13")]
    [InlineData("2.11")]
    [Trait("Needs", "python")]
    public void Every_check_holds_with_the_hooks_of(string version)
    {
        var printed = Run("python3", version, s_check);
        Assert.StartsWith($"PyTorch {version}.0+stand-in", printed, StringComparison.Ordinal);
        Assert.EndsWith("all 27 checks hold\n", printed, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Needs", "torch")]
    public void Every_check_holds_with_the_real_PyTorch()
    {
        var printed = Run(RealPython(), null, "-W", "ignore", s_check);
        Assert.DoesNotContain("stand-in", printed, StringComparison.Ordinal);
        Assert.EndsWith("all 37 checks hold\n", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("statistics")]
    [InlineData("hashes")]
    [Trait("Needs", "python")]
    public void A_recording_is_read_and_is_the_same_as_itself(string keep)
    {
        string[] folders = [Path.Combine(_folder, "original"), Path.Combine(_folder, "port")];
        foreach (var folder in folders)
            RunCode("python3", "2.11", $"c.train({Quoted(folder)}, keep={Quoted(keep)}, optimizer=lambda p: c.torch.optim.Adam(p, lr=0.01))");
        using (var run = RecordedRun.Open(folders[0]))
        {
            Assert.Equal(("original", "PyTorch"), (run.Name, run.Framework));
            Assert.Equal(" fc1 act fc2", string.Join(' ', run.Modules.Select(module => module.Name)));
            Assert.Equal(4, run.Initial.Tensors.Count);
            using var step = run.Next()!;
            Assert.Equal(0.01, Assert.Single(step.Rates));
            Assert.Equal("fc1", step.ByPlace[new TensorPlace(RecordedQuantity.Output, "act", 0, 0, "")].Inputs!.Single()!.Place.Of);
        }

        var result = Diffs.Of(folders[0], folders[1]);
        Assert.Equal((DiffVerdict.Same, 3), (result.Verdict, result.Steps.Count));
        Assert.True(result.Counts.Compared > 80);
    }

    [Fact]
    [Trait("Needs", "python")]
    public void A_rate_that_is_another_is_found_between_two_recordings()
    {
        string[] folders = [Path.Combine(_folder, "original"), Path.Combine(_folder, "port")];
        for (var i = 0; i < 2; i++)
            RunCode("python3", "2.11", $"c.train({Quoted(folders[i])}, optimizer=lambda p: c.torch.optim.Adam(p, lr=0.0{i + 1}))");
        var result = Diffs.Of(folders[0], folders[1]);
        Assert.Equal((DiffVerdict.Parted, Stage.Settings), (result.Verdict, result.Findings[0].Stage));
    }

    internal static void RunCode(string python, string? standIn, string code) =>
        Run(
            python,
            standIn,
            "-W",
            "ignore",
            "-c",
            $"import sys; sys.path.insert(0, {Quoted(Path.GetDirectoryName(s_check)!)}); import check_parity_torch as c; {code}"
        );

    /// <summary>The first Python that has PyTorch.</summary>
    internal static string RealPython() =>
        s_real.Value ?? throw new InvalidOperationException("PyTorch for Python is needed: apt-get install python3-torch, or pip install torch.");

    private static string Quoted(string text) =>
        "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";

    private static string Run(string python, string? standIn, params string[] arguments)
    {
        var (status, output, error) = Start(python, standIn, arguments);
        Assert.True(status == 0, output + error);
        return output;
    }

    private static (int Status, string Out, string Error) Start(string python, string? standIn, params string[] arguments)
    {
        var start = new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["OMP_NUM_THREADS"] = "1";
        if (standIn is not null)
            (start.Environment["TORCH_STAND_IN"], start.Environment["PYTHONPATH"]) = (standIn, s_standIn);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
