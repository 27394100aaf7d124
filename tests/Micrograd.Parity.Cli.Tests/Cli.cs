using System.Diagnostics;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>Runs the built command as a user's shell would: a process of its own, its output in pipes.</summary>
internal static class Cli
{
    internal sealed record Outcome(int Status, string Out, string Error)
    {
        internal string[] Lines => Out.Split('\n');
    }

    /// <summary>The repository's root, found upwards from the test's own folder.</summary>
    internal static string Root { get; } = FindRoot();

    internal static string Script { get; } = Path.Combine(Root, "parity");

    internal static Outcome Run(string[] arguments, params (string Name, string? Text)[] environment) =>
        Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "parity.dll"), .. arguments], environment);

    internal static Outcome Start(string program, string[] arguments, params (string Name, string? Text)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        foreach (var (name, text) in environment)
            start.Environment[name] = text;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output, error.Result);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Micrograd.Parity.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Micrograd.Parity.sln lies in no folder above the tests.");
    }
}
