using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Micrograd.Parity.Cli;
using Micrograd.Parity.Tools.NewOps;

namespace Micrograd.Parity.Tools;

/// <summary><c>parity new-op</c>.</summary>
internal static class NewOpCommand
{
    internal static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "PyTorch's lower-case name." };
        var family = new Option<string>("--family")
        {
            Description = $"Where it belongs: {string.Join(", ", OpFamily.All.Select(f => f.Name))}.",
            DefaultValueFactory = _ => "activations",
        };
        family.AcceptOnlyFromAmong([.. OpFamily.All.Select(f => f.Name)]);
        var operands = new Option<int>("--operands") { Description = "How many operands it has: 1 or 2.", DefaultValueFactory = _ => 1 };
        var settings = new Option<string?>("--settings")
        {
            Description = "Numbers that receive no gradient, with those it is compared with first: \"min=-1,max=1\".",
        };
        var command = new Command(
            "new-op",
            """
            Writes the skeleton of an operation: the rule in the engine and the row in the catalogue. It compiles, is red, and says what is
            to be filled in. Works on the repository's sources in the current folder; both files are written or none.

            Examples:
              ./parity new-op softmin2
              ./parity new-op logit --family exponentials
              ./parity new-op copysign --family arithmetic --operands 2
              ./parity new-op soft_step --settings "low=0,high=1"
            """
        )
        {
            name,
            family,
            operands,
            settings,
        };
        command.SetAction(parsed =>
        {
            var root = Root();
            var op = Describe(parsed.GetRequiredValue(name), parsed.GetValue(family)!, parsed.GetValue(operands), parsed.GetValue(settings));
            CheckCommitted(root, [op.Family.EngineFile, op.Family.RowsFile]);
            IReadOnlyList<string> places;
            try
            {
                places = op.Write(root);
            }
            catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"nothing was written: {e.Message}", e);
            }

            Console.WriteLine($"Fill in ('{NewOp.Mark}' marks each place):");
            foreach (var place in places)
                Console.WriteLine($"  {place}");
            Console.WriteLine(
                $"""
                Then  ./parity run {op.Name}  until it says PARITY, and  ./parity test  for what else it touches: the tests of the public API
                and of the list of ops (docs/ops.md) say how to bring them up to date.
                """
            );
            return ExitCode.Parity;
        });
        return command;
    }

    private static NewOp Describe(string name, string family, int operands, string? settings)
    {
        var found = OpFamily.All.Single(f => f.Name == family);
        try
        {
            return new NewOp(name, found, operands, [.. (settings ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Setting)]);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message, e);
        }
    }

    private static (string Name, double Number) Setting(string text) =>
        text.Split('=', StringSplitOptions.TrimEntries) is [var name, var number]
        && double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed)
        && double.IsFinite(parsed)
            ? (name, parsed)
            : throw new UsageException($"'{text}' is no setting: write its name and a number, such as slope=0.01.");

    private static string Root()
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (
                OpFamily.All.All(f =>
                    File.Exists(Path.Combine(folder.FullName, f.EngineFile)) && File.Exists(Path.Combine(folder.FullName, f.RowsFile))
                )
            )
                return folder.FullName;
        }

        throw new UsageException($"{Environment.CurrentDirectory} is not in the repository of Micrograd.Parity: go to where its sources are.");
    }

    /// <summary>Refuses files with uncommitted changes, so that git alone can show and undo the edits. Outside of git nothing is checked.</summary>
    private static void CheckCommitted(string root, string[] files)
    {
        try
        {
            using var git = Process.Start(
                new ProcessStartInfo("git", ["-C", root, "status", "--porcelain", "--", .. files])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var error = git.StandardError.ReadToEndAsync();
            var changed = git.StandardOutput.ReadToEnd().TrimEnd();
            git.WaitForExit();
            error.Wait();
            if (git.ExitCode == 0 && changed.Length > 0)
                throw new UsageException(
                    $"nothing was written: commit or undo first what was changed in {string.Join(", ", changed.Split('\n').Select(l => l[3..]))}."
                );
        }
        catch (Win32Exception)
        {
            // There is no git.
        }
    }
}
