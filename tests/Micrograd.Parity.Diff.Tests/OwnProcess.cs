using System.Diagnostics;
using System.Globalization;
using Micrograd.Parity.Diff.Tests.Pairs;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
using Xunit.Runner.InProc.SystemConsole;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests;

/// <summary>The test program's entry: runs the tests, or records all pairs' originals in a process of its own, with other kernels.</summary>
internal static class OwnProcess
{
    private const string Records = "record-originals";

    /// <summary>Records the originals of all pairs, each into a folder of its name.</summary>
    internal static void RecordOriginals(string folder, int threads, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["exec", typeof(OwnProcess).Assembly.Location, Records, folder, threads.ToString(CultureInfo.InvariantCulture)]
        )
        {
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [Records, var folder, var threads])
            return await ConsoleRunner.Run(arguments);
        TorchFiles.Load();
        // PyTorch reads the variables at its first op, before TorchLibrary clears them.
        using (var first = ones(2) + 1)
            first.Dispose();
        foreach (var pair in PairList.All)
            pair.RecordOriginal(
                Path.Combine(folder, pair.Name),
                new Variant("elsewhere") { OriginalLoop = loop => loop with { Threads = int.Parse(threads, CultureInfo.InvariantCulture) } },
                Keep.All
            );
        return 0;
    }
}
