using Micrograd.Parity.Engines;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Comparing;

/// <summary>
/// One program at every node: on its own numbers, whose printed figures must be reproduced, and on random ones with random upstream
/// gradients.
/// </summary>
public sealed class ProgramComparison(Program program) : IComparison
{
    private const int RandomInputs = 20;

    /// <inheritdoc/>
    public string Name => program.Name;

    /// <inheritdoc/>
    public ItemKind Kind => ItemKind.Program;

    /// <summary>The program.</summary>
    public Program Program => program;

    /// <inheritdoc/>
    public ItemResult Run(RunContext context)
    {
        var random = context.RandomFor(Name);
        var differences = new List<Difference>();
        var counts = Counts.None;
        var inputs = Inputs(random);
        var errors = new List<string>();
        ProgramGraph? graph = null;
        foreach (var (input, theirs) in inputs.Zip(context.Theirs.RunAll(program, inputs)))
        {
            var ours = context.Ours.Run(program, input);
            counts += TraceComparer.Compare(program, input, ours, theirs, (_, _, _, _) => (Verdict.Mismatch, ""), differences);
            if (ReferenceEquals(input, inputs[0]))
            {
                errors.AddRange(MissedFigures("ours", ours));
                errors.AddRange(MissedFigures("theirs", theirs));
                graph = context.Figures ? ProgramGraph.From(program, ours, theirs) : null;
            }
        }

        return new ItemResult(Name, Kind)
        {
            Points = inputs.Count,
            Counts = counts,
            GreatestUlp = differences.Count == 0 ? 0 : differences.Max(d => d.Ulp),
            Failures =
            [
                .. differences
                    .Take(ItemResult.KeptDifferences)
                    .Select(d => d with { Again = $"./parity run {ShellWord.Of(Name)} --seed {context.Seed}" }),
            ],
            Note = program.Note,
            Details = ItemDetail.List(graph),
            Errors = errors,
        };
    }

    internal List<ProgramInput> Inputs(SeededRandom random)
    {
        var inputs = new List<ProgramInput> { program.DefaultInput };
        if (program.Nodes.Count > 1000)
            return inputs;
        for (var i = 0; i < RandomInputs; i++)
            inputs.Add(RandomInput(program, random));
        return inputs;
    }

    /// <summary>Random numbers of everyday size for a program's leaves and upstream gradients; constants stay as they are.</summary>
    internal static ProgramInput RandomInput(Program program, SeededRandom random)
    {
        var numbers = program.Nodes.Where(n => n.Op is null).Select(n => n.RequiresGrad ? 6 * random.NextDouble() - 3 : n.Number);
        return new ProgramInput([.. numbers], [.. program.Passes.Select(_ => 4 * random.NextDouble() - 2)]);
    }

    private IEnumerable<string> MissedFigures(string side, Trace trace)
    {
        foreach (var figure in program.Figures)
        {
            var number = figure.Quantity == Quantity.Value ? trace.Values[figure.Node] : trace.Gradients[figure.Node] ?? double.NaN;
            if (!figure.IsPrintOf(number))
            {
                yield return $"{figure.Quantity} of {TraceComparer.Describe(program, figure.Node)} is {NumberText.Of(number)} "
                    + $"({side}), printed elsewhere as {figure.Printed}.";
            }
        }
    }
}
