using System.Diagnostics;
using Xunit.Runner.InProc.SystemConsole;

namespace Micrograd.Parity.Tests;

/// <summary>The test program's entry: runs the tests, or alone what a test gives a process of its own, since it ends it or needs it to itself.</summary>
internal static class OwnProcess
{
    private static readonly Dictionary<string, Action> s_alone = new[]
    {
        TorchSharpFactsTests.AskForUnusedInput,
        TorchSharpFactsTests.WriteCounts,
        Traces.TraceNodesTests.WriteBytesOfNode,
    }.ToDictionary(action => action.Method.Name);

    /// <summary>Does one of the things that are done alone.</summary>
    internal static (int Code, string Output, string Error) Run(Action action)
    {
        using var process = Process.Start(
            new ProcessStartInfo(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                ["exec", typeof(OwnProcess).Assembly.Location, action.Method.Name]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [var name] || !s_alone.TryGetValue(name, out var action))
            return await ConsoleRunner.Run(arguments);
        action();
        return 0;
    }
}
