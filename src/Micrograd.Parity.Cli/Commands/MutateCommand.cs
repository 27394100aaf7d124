using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Micrograd.Parity.Mutation;
using Micrograd.Parity.Scaffolding;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity mutate</c>.</summary>
internal static class MutateCommand
{
    /// <summary>
    /// The configurations in tests/mutation. An op's own comparison reaches nobody else's rule, so that mutants of many ops are tried in one
    /// run of the tests; the sweep is reached by all of them.
    /// </summary>
    private static readonly string[] s_parts = ["ops", "sweep"];

    internal static Command Create()
    {
        var report = new Option<FileInfo[]>("--report")
        {
            Description = "Judge these reports of earlier runs in place of making them.",
            AllowMultipleArgumentsPerToken = true,
        };
        var file = new Option<string?>("--file")
        {
            Description = "Change this file only, named from src/Micrograd. What is listed for others is left aside.",
        };
        var command = new Command(
            "mutate",
            """
            Changes the engine's op rules and backward sweep in one small way after the other (with Stryker.NET), and checks that the
            comparison with PyTorch fails each time. A change that makes no difference must be listed, with its reason, in
            tests/mutation/equivalent.json. Exit code 1 if a change stays unseen.
            There are some 670 changes; those to the ops' rules are tried some dozens at once. It takes 15 minutes to an hour on two cores.

            Examples:
              parity mutate
              parity mutate --file Ops/Reductions.cs
              parity mutate --report artifacts/mutation/ops/reports/mutation-report.json artifacts/mutation/sweep/reports/mutation-report.json
            """
        )
        {
            report,
            file,
        };
        command.SetAction(
            (parsed, cancellation) =>
                Task.Run(
                    async () =>
                    {
                        var root = Repository.Above(AppContext.BaseDirectory)
                            ?? throw new UsageException("the engine's source is mutated in the repository: run ./parity mutate there.");
                        var only = parsed.GetValue(file);
                        if (only is not null && !File.Exists(Path.Combine(root, "src", "Micrograd", only)))
                            throw new UsageException($"there is no file src/Micrograd/{only}.");
                        FileInfo[] made =
                            parsed.GetValue(report) is { Length: > 0 } given ? given
                            : only is not null ? [await Mutate(root, PartOf(only), only, cancellation)]
                            : [await Mutate(root, s_parts[0], null, cancellation), await Mutate(root, s_parts[1], null, cancellation)];
                        var isPart = only is not null || parsed.GetValue(report) is { Length: > 0 };
                        return Print(Judge(made, new FileInfo(Path.Combine(root, "tests", "mutation", "equivalent.json")), isPart));
                    },
                    CancellationToken.None
                )
        );
        return command;
    }

    private static string PartOf(string file) => s_parts[file.StartsWith("Ops", StringComparison.Ordinal) ? 0 : 1];

    private static async Task<FileInfo> Mutate(string root, string part, string? only, CancellationToken cancellation)
    {
        var output = Path.Combine(root, "artifacts", "mutation", only is null ? part : Path.GetFileNameWithoutExtension(only));
        await Dotnet(root, ["tool", "restore"], cancellation);
        await Dotnet(
            Path.Combine(root, "tests", "Micrograd.Parity.Comparisons.Tests"),
            ["stryker", "-f", $"../mutation/{part}.json", "-O", output, .. only is null ? Array.Empty<string>() : ["--mutate", only]],
            cancellation
        );
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
            throw new UsageException(
                $"'dotnet {string.Join(' ', arguments)}' in {folder} ended with code {process.ExitCode}; what it printed says why."
            );
    }

    private static MutationScore Judge(IReadOnlyList<FileInfo> reports, FileInfo list, bool isPart)
    {
        List<Mutant> mutants = [.. reports.SelectMany(r => Read(r, MutationReport.Read))];
        var tried = mutants.Where(m => m.Fate != MutantFate.NotTried).Select(m => m.File).ToHashSet();
        return MutationScore.Of(mutants, [.. Read(list, EquivalentMutant.Read).Where(e => !isPart || tried.Contains(e.File))]);
    }

    private static IReadOnlyList<T> Read<T>(FileInfo file, Func<string, IReadOnlyList<T>> read)
    {
        try
        {
            return read(File.ReadAllText(file.FullName));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file.FullName}: {e.Message}", e);
        }
    }

    private static int Print(MutationScore score)
    {
        foreach (var alive in score.Alive)
            Console.WriteLine($"alive       {alive}{(alive.Fate == MutantFate.NotCovered ? "   (no test runs it)" : "")}");
        foreach (var stale in score.Stale)
            Console.WriteLine(
                $"stale       {stale.File}: {stale.Original} → {stale.Replacement} is listed as equivalent, and was killed or is not made any more"
            );
        foreach (var (mutant, reason) in score.Equivalent)
            Console.WriteLine($"equivalent  {mutant}{Environment.NewLine}            {reason}");
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{score.Killed} killed, {score.Alive.Count} alive, {score.Equivalent.Count} equivalent: {score.Share:P2} of those that make a difference."
            )
        );
        return score.Holds ? ExitCode.Parity : ExitCode.Mismatch;
    }
}
