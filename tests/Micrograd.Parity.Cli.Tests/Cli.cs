using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using System.Text.RegularExpressions;

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

    /// <summary>The folder of the .NET that runs the tests; the process itself is the test project's own program.</summary>
    internal static string DotnetFolder { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    internal static string Script { get; } = Path.Combine(Root, "parity");

    /// <summary>The names of all commands, as the command's help lists them.</summary>
    internal static IReadOnlyList<string> Commands { get; } =
    [
        .. Run(["--help"])
            .Lines.SkipWhile(l => l.Trim() != "Commands:")
            .Skip(1)
            .Where(l => l.Length > 2 && l.StartsWith("  ", StringComparison.Ordinal) && l[2] != ' ')
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]),
    ];

    internal static Outcome Run(string[] arguments, params (string Name, string? Text)[] environment) =>
        Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "parity.dll"), .. arguments], environment);

    internal static Outcome Start(string program, string[] arguments, params (string Name, string? Text)[] environment) =>
        StartIn(Root, program, arguments, environment);

    internal static Outcome StartIn(string folder, string program, string[] arguments, params (string Name, string? Text)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, text) in environment)
            start.Environment[name] = text;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output, error.Result);
    }

    /// <summary>
    /// Runs the command and sends it a signal, Ctrl-C's unless told otherwise, when a line that it writes to its error stream matches. The command heeds
    /// Ctrl-C also where the tests run in the background of a script, which ignores it and passes that on.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    internal static Outcome Interrupt(string[] arguments, [StringSyntax(StringSyntaxAttribute.Regex)] string line, string signal = "INT")
    {
        string[] heeding = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        var start = new ProcessStartInfo(heeding[0], [.. heeding[1..], Path.Combine(AppContext.BaseDirectory, "parity.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = new StringBuilder();
        while (process.StandardError.ReadLine() is { } read)
        {
            error.Append(read).Append('\n');
            if (!Regex.IsMatch(read, line))
                continue;
            using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
            break;
        }

        error.Append(process.StandardError.ReadToEnd());
        process.WaitForExit();
        return new Outcome(process.ExitCode, output.Result, error.ToString());
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Micrograd.Parity.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Micrograd.Parity.sln lies in no folder above the tests.");
    }
}
