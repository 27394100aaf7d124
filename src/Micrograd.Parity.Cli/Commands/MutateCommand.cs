using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Micrograd.Parity.Mutation;
using Micrograd.Parity.Scaffolding;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity mutate</c>.</summary>
internal static class MutateCommand
{
    internal static Command Create()
    {
        var report = new Option<FileInfo?>("--report") { Description = "Judge this report of an earlier run in place of making one." };
        var file = new Option<string?>("--file") { Description = "Change this file only, named from src/Micrograd. What is listed for others is left aside." };
        var command = new Command(
            "mutate",
            """
            Changes the engine's op rules and backward sweep in one small way after the other (with Stryker.NET), and checks that the
            comparison with PyTorch fails each time. A change that makes no difference must be listed, with its reason, in
            tests/mutation/equivalent.json. There are about 640 changes, each with a run of the tests that reach it: hours, on two cores.
            Exit code 1 if a change stays unseen.

            Examples:
              parity mutate
              parity mutate --file Ops/Reductions.cs
              parity mutate --report artifacts/mutation/reports/mutation-report.json
            """)
        {
            report, file,
        };
        command.SetAction((parsed, cancellation) => Task.Run(
            async () =>
            {
                var root = Repository.Above(AppContext.BaseDirectory)
                    ?? throw new UsageException("the engine's source is mutated in the repository: run ./parity mutate there.");
                var only = parsed.GetValue(file);
                if (only is not null && !File.Exists(Path.Combine(root, "src", "Micrograd", only)))
                    throw new UsageException($"there is no file src/Micrograd/{only}.");
                var made = parsed.GetValue(report) ?? await Mutate(root, only, cancellation);
                return Print(Judge(made, new FileInfo(Path.Combine(root, "tests", "mutation", "equivalent.json")), only));
            },
            CancellationToken.None));
        return command;
    }

    private static async Task<FileInfo> Mutate(string root, string? only, CancellationToken cancellation)
    {
        var output = Path.Combine(root, "artifacts", "mutation");
        await Dotnet(root, ["tool", "restore"], cancellation);
        await Dotnet(
            Path.Combine(root, "tests", "Micrograd.Parity.Tests"),
            ["stryker", "-f", "../mutation/stryker-config.json", "-O", output, .. only is null ? Array.Empty<string>() : ["--mutate", only]],
            cancellation);
        return new FileInfo(Path.Combine(output, "reports", "mutation-report.json"));
    }

    private static async Task Dotnet(string folder, string[] arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder })!;
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode != 0)
            throw new UsageException($"'dotnet {string.Join(' ', arguments)}' in {folder} ended with code {process.ExitCode}; what it printed says why.");
    }

    private static MutationScore Judge(FileInfo report, FileInfo listed, string? only)
    {
        var place = report;
        try
        {
            var mutants = MutationReport.Read(File.ReadAllText(report.FullName));
            place = listed;
            var equivalent = EquivalentMutant.Read(File.ReadAllText(listed.FullName));
            return MutationScore.Of(mutants, [.. equivalent.Where(e => only is null || e.File == Path.GetFileName(only))]);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{place.FullName}: {e.Message}", e);
        }
    }

    private static int Print(MutationScore score)
    {
        foreach (var alive in score.Alive)
            Console.WriteLine($"alive       {alive}{(alive.Fate == MutantFate.NotCovered ? "   (no test runs it)" : "")}");
        foreach (var stale in score.Stale)
            Console.WriteLine($"stale       {stale.File}: {stale.Original} → {stale.Replacement} is listed as equivalent, and was killed or is not made any more");
        foreach (var (mutant, reason) in score.Equivalent)
            Console.WriteLine($"equivalent  {mutant}{Environment.NewLine}            {reason}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{score.Killed} killed, {score.Alive.Count} alive, {score.Equivalent.Count} equivalent: {score.Share:P2} of those that make a difference."));
        return score.Holds ? ExitCode.Parity : ExitCode.Mismatch;
    }
}
