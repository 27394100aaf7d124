using System.Diagnostics;
using Xunit.Runner.InProc.SystemConsole;

namespace Micrograd.Tests;

/// <summary>The test program's entry: runs the tests, or alone what a test gives a process of its own, since it may end it or fill it.</summary>
internal static class OwnProcess
{
    private static readonly Dictionary<string, Action> s_alone = new[]
    {
        MemorySafetyTests.CallEverything,
        TapeMemoryTests.ManyThreads,
        TapeMemoryTests.ShortThreads,
        TapeMemoryTests.UndisposedTapes,
        TapeMemoryTests.UndisposedGraphs,
        TapeMemoryTests.FewAddresses,
    }.ToDictionary(action => action.Method.Name);

    /// <summary>Does one of the things that are done alone; what it printed, after it is known to have ended well.</summary>
    /// <param name="action">One of the things.</param>
    /// <param name="addresses">Kilobytes of address space, as <c>ulimit -v</c> sets it; null for no limit.</param>
    internal static string Run(Action action, int? addresses = null)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] arguments = ["exec", typeof(OwnProcess).Assembly.Location, action.Method.Name];
        var start = addresses is { } limit
            ? new ProcessStartInfo("sh", ["-c", $"ulimit -v {limit} && exec \"$@\"", "sh", dotnet, .. arguments])
            : new ProcessStartInfo(dotnet, arguments);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{action.Method.Name} ended with {process.ExitCode}.\n{error.Result}\n{output}");
        return output;
    }

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [var name] || !s_alone.TryGetValue(name, out var action))
            return await ConsoleRunner.Run(arguments);
        action();
        return 0;
    }
}
