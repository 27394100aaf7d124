using System.Diagnostics;

namespace Micrograd.Parity.Cli;

/// <summary>The command in another process: one process has one kind of PyTorch's kernels, and one set of its functions.</summary>
internal static class Itself
{
    /// <summary>Runs the command with other arguments, to its end.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    /// <param name="cancellation">Ends the other process too.</param>
    /// <returns>Its exit code, what it wrote, and what it wrote as errors.</returns>
    internal static Outcome Run(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        // As a tool the command has a program of its own, otherwise dotnet runs it.
        var program = Environment.ProcessPath!;
        var isDotnet = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(program, [.. isDotnet ? [typeof(Itself).Assembly.Location] : Array.Empty<string>(), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var end = cancellation.Register(() => process.Kill(entireProcessTree: true));
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return new Outcome(process.ExitCode, output, error.Result);
    }

    /// <summary>A process that has ended.</summary>
    internal sealed record Outcome(int Status, string Output, string Error);
}
