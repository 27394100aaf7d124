using System.CommandLine;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity compare</c>.</summary>
internal static class CompareCommand
{
    internal static Command Create()
    {
        var old = new Argument<FileInfo>("OLD.json") { Description = "The older run." };
        var now = new Argument<FileInfo>("NEW.json") { Description = "The newer run." };
        var command = new Command(
            "compare",
            """
            Shows what changed between two saved runs, for instance after an upgrade of PyTorch, .NET or the engine: items that are new, gone,
            better or worse. Exit code 1 if an item is worse, or new and a mismatch. Needs no PyTorch.

            Examples:
              parity compare old.json new.json
              parity run --json new.json; parity compare old.json new.json
            """
        )
        {
            old,
            now,
        };
        command.SetAction(parsed =>
        {
            var (before, after) = (SavedRun.Read(parsed.GetRequiredValue(old)), SavedRun.Read(parsed.GetRequiredValue(now)));
            if (before.Environment.Time > after.Environment.Time)
                Screen.Detail(
                    $"parity: the first run is the later one ({Wording.When(before.Environment)}, the second {Wording.When(after.Environment)}). The older is to be named first."
                );
            var comparison = new RunComparison(before, after);
            Print(comparison);
            return comparison.IsGood ? ExitCode.Parity : ExitCode.Mismatch;
        });
        return command;
    }

    private static void Print(RunComparison comparison)
    {
        foreach (var (what, old, now) in comparison.Environment)
            Screen.Line($"{what, -8} {old} -> {now}");
        foreach (var change in comparison.Items.Where(i => i.Change != Change.Same).OrderBy(i => i.Change))
        {
            var (old, now) = (change.Old is null ? "" : Words(change.Old), change.New is null ? "" : Words(change.New));
            Screen.Line($"{Name(change.Change), -8} {change.Name}: {(old.Length > 0 && now.Length > 0 ? $"{old} -> {now}" : old + now)}");
        }

        Screen.Line(string.Join(", ", Enum.GetValues<Change>().Select(c => $"{comparison.Items.Count(i => i.Change == c)} {Name(c)}")));
    }

    private static string Name(Change change) => change.ToString().ToLowerInvariant();

    private static string Words(ItemResult item)
    {
        var differing = item.Counts.Compared - item.Counts.SameBits;
        return Wording.Of(item.Verdict)
            + (
                differing > 0
                    ? $" ({Wording.Number(differing)} of {Wording.Number(item.Counts.Compared)} numbers differ, by up to {Ulps.Words(item.GreatestUlp)})"
                    : ""
            )
            + (item.Errors.Count > 0 ? $" ({item.Errors[0]})" : "");
    }
}
