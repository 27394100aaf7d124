using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Matching;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Reports;
using Spectre.Console;

namespace Micrograd.Parity.Cli;

/// <summary>Prints faults: one explained, all listed, or the results of those that were planted.</summary>
internal static class FaultPrinter
{
    internal static void Explain(Fault fault)
    {
        Line($"{fault.Name}: {fault.Title}");
        Part("What it is", fault.What);
        Part("What it does to the numbers", fault.Effect);
        Part("Smallest example", fault.Example);
        Part("Repair", fault.Repair);
        Line("");
        Line($"./parity faults {ShellWord.Of($"{fault.Name}*")} plants it and shows where it is caught.");

        static void Part(string title, string text)
        {
            Line("");
            Line(title);
            Line($"  {text}");
        }
    }

    internal static void List(IReadOnlyList<Fault> faults)
    {
        var width = faults.Max(f => f.Name.Length);
        foreach (var fault in faults)
            Screen.Line($"{FaultsJson.Name(fault.Level), -8} {fault.Name.PadRight(width)}  {fault.Title}");
    }

    internal static void Table(FaultResult result)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("mistake", "first caught at", "named");
        foreach (var outcome in result.Outcomes)
        {
            table.AddRow(Screen.Cell(outcome.Fault.Name), outcome.Place is { } place ? Screen.Cell(place) : "[red]NOT CAUGHT[/]", Named(outcome));
        }

        Screen.Write(table);
    }

    internal static void Summary(FaultResult result, RunEnvironment environment)
    {
        foreach (var level in result.Outcomes.GroupBy(o => o.Fault.Level))
            Line($"{FaultsJson.Name(level.Key), -8} {Score([.. level])}");
        Line($"all      {Score(result.Outcomes)}");
        if (result.Programs + result.Trainings > 0)
        {
            Line(
                $"Without a mistake: {Wording.Number(result.Programs)} programs and {Wording.Number(result.Trainings)} training runs, "
                    + $"{Wording.Number(result.Alarms.Count)} false alarms."
            );
        }

        foreach (var alarm in result.Alarms)
            Line($"  false alarm: {alarm}");
        Line($"{Wording.Of(environment)}.");
        Screen.Marked(result.Holds ? "green" : "red", result.Holds ? "ALL CAUGHT" : "NOT AS IT SHOULD BE");
    }

    private static string Named(FaultOutcome outcome) =>
        outcome switch
        {
            { NamedFirst: true, Alike: 0 } => "[green]right[/]",
            { NamedFirst: true } => $"[green]right[/], {outcome.Alike} alike",
            { NamedFirstOrTied: true } => $"[yellow]tied[/] with {Screen.Cell(outcome.Named[0].Fault)}",
            { Rank: { } rank } => $"[red]place {rank}[/], after {Screen.Cell(outcome.Named[0].Fault)}",
            { Named.Count: > 0 } => $"[red]{Screen.Cell(outcome.Named[0].Fault)}[/]",
            _ => "[red]no[/]",
        };

    private static string Score(IReadOnlyList<FaultOutcome> outcomes)
    {
        var (first, tied, rounded) = (
            outcomes.Count(o => o.NamedFirst),
            outcomes.Count(o => o.NamedFirstOrTied),
            outcomes.Count(o => o.NamedFirstRounded)
        );
        return $"{Wording.Number(outcomes.Count)} planted, {Wording.Number(outcomes.Count(o => o.Caught))} caught, "
            + $"{Wording.Number(first)} named right as first choice ({Share(first)}), {Wording.Number(tied)} first or tied ({Share(tied)}), "
            + $"{Wording.Number(rounded)} first with other rounding ({Share(rounded)})";

        string Share(int part) => (100.0 * part / outcomes.Count).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture) + " %";
    }

    private static void Line(string text) => Screen.Prose(text);
}
