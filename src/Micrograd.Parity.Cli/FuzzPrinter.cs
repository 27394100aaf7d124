using System.Globalization;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Reports;
using Spectre.Console;

namespace Micrograd.Parity.Cli;

/// <summary>Prints a finished campaign: each program that differs with all that is needed to see it elsewhere, then the sum.</summary>
internal static class FuzzPrinter
{
    internal static void Failures(FuzzResult result, OpCatalogue ops, DirectoryInfo corpus)
    {
        foreach (var failure in result.Failures)
        {
            var nodes = failure.Program.Nodes.Count;
            Screen.Marked("red", "MISMATCH", $"  {PlainText.Short(failure.Name)}: {nodes} of {failure.FoundIn} nodes are enough");
            if (failure.Check.Error is { } error)
                Line($"  {error}");
            foreach (var line in failure.Check.Differences.Take(3).SelectMany(d => d.ToString().Split(Environment.NewLine)))
                Line($"  {line}");
            Line("");
            Line($"As a test, tests/Micrograd.Parity.Tests/Fuzzing/{CSharpSource.ClassName(failure.Program)}.cs:");
            Line("");
            Screen.Lines(CSharpSource.TestOf(failure.Program));
            Line("");
            Line("In Python:");
            Line("");
            Screen.Lines(PythonSource.ScriptOf(failure.Program, ops, failure.Ours));
            Line("");
            Line($"Again: {failure.Again}");
            if (failure.Kind == "fuzz")
                Line($"Kept in {corpus.FullName}");
            Line("");
        }

        var shown = result.Failures.Count;
        if (result.Tally.Differing > shown)
            Line($"… and {Wording.Count(result.Tally.Differing - shown, "program")} more that differ.");
    }

    internal static void Summary(FuzzResult result, RunEnvironment environment)
    {
        if (!Screen.IsQuiet)
            Sums(result, environment);
        if (!result.Finished)
            Line("Interrupted: the programs after these were not run.");
        var (colour, verdict) =
            !result.Parity ? ("red", "MISMATCH")
            : result.Finished ? ("green", "PARITY")
            : ("yellow", "PARITY so far");
        Screen.Marked(colour, verdict);
    }

    private static void Sums(FuzzResult result, RunEnvironment environment)
    {
        var (tally, counts) = (result.Tally, result.Tally.Counts);
        var corpus = result.Replayed > 0 ? $" and {result.Replayed} of the corpus" : "";
        var mismatches = counts.Mismatch > 0 ? $", {Number(counts.Mismatch)} MISMATCHES in {Wording.Count(tally.Differing, "program")}" : "";
        Line(
            $"{Wording.Count(tally.Programs, "random program")}{corpus}, {Wording.Count(tally.Nodes, "node")} over {Wording.Count(tally.Ops.Count, "op")}: "
                + $"{Wording.Count(counts.Compared, "number")} compared, {Number(counts.SameBits)} with the same bits{mismatches}."
        );
        var seconds = environment.Seconds.ToString("0.0", CultureInfo.InvariantCulture);
        var rate = Number((long)(tally.Programs / Math.Max(environment.Seconds, 0.01)));
        Line(
            $"{environment.TorchSummary}, {environment.Processor}, {environment.Runtime}, "
                + $"seed {environment.Seed}, {seconds} s, {rate} programs a second."
        );
    }

    private static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    private static void Line(string text) => Screen.Line(text);
}
