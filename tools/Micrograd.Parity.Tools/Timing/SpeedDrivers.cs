using System.ComponentModel;
using System.Diagnostics;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Tools.Timing;

/// <summary>The drivers that can be timed here: the C# ones, and those C++ peers whose libraries are installed, built on demand.</summary>
/// <param name="Programs">Drivers to time.</param>
/// <param name="Missing">Drivers that are missing, with what to install.</param>
internal sealed record SpeedDrivers(IReadOnlyList<PeerProgram> Programs, IReadOnlyList<string> Missing)
{
    private static readonly string[] s_peers = [BenchReport.Reference, "adolc", "codipack", "adept"];

    /// <summary>Builds what is not built yet.</summary>
    /// <param name="peers">A folder in whose subfolders headers and libraries are looked for too; null for none.</param>
    /// <exception cref="FileNotFoundException">The repository, or the C# driver that is built with the command, is not where it should be.</exception>
    /// <exception cref="InvalidOperationException">A peer whose library is there does not compile.</exception>
    public static SpeedDrivers Build(string? peers)
    {
        var driver = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Micrograd.Parity.Speed", "release", "speed.dll"));
        var root = Repository.Above(AppContext.BaseDirectory);
        if (root is null || !File.Exists(driver))
            throw new FileNotFoundException($"The drivers are built in the repository, and {driver} is not there: run ./parity bench.", driver);
        var output = Path.Combine(root, "artifacts", "speed");
        var missing = BuildPeers(Path.Combine(root, "tools", "speed", "build.sh"), output, peers);
        return new SpeedDrivers(
            [
                CSharp(BenchReport.Engine, BenchReport.Engine),
                .. s_peers.Select(name => new PeerProgram(name, Path.Combine(output, name), [])).Where(p => File.Exists(p.Program)),
                CSharp("PyTorch by TorchSharp, one thread", "torchsharp"),
                CSharp("by hand in SIMD, no graph", "hand-written"),
                CSharp("micrograd with PyTorch's tanh", "micrograd-torch"),
                CSharp("class-per-node", "class-per-node"),
            ],
            missing
        );

        PeerProgram CSharp(string name, string argument) => new(name, Environment.ProcessPath ?? "dotnet", [driver, argument]);
    }

    private static List<string> BuildPeers(string script, string output, string? peers)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("sh", [script, output, peers ?? ""]) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            var error = process.StandardError.ReadToEndAsync();
            var lines = process.StandardOutput.ReadToEnd().Split('\n');
            process.WaitForExit();
            return process.ExitCode == 0
                ? [.. lines.Where(l => l.Contains(": missing", StringComparison.Ordinal))]
                : throw new InvalidOperationException($"tools/speed/build.sh failed: {error.Result.Trim()}");
        }
        catch (Win32Exception)
        {
            return ["C++ peers: missing, there is no shell to build them with"];
        }
    }
}
