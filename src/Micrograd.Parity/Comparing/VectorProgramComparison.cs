using Micrograd.Parity.Inputs;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Comparing;

/// <summary>One program with its inputs as vectors, in one format, at every node. Every difference must lie within its bound.</summary>
internal sealed class VectorProgramComparison(Program program, FloatFormat format, OpCatalogue ops) : IComparison
{
    /// <summary>Of longer programs only the short vectors are run.</summary>
    private const int LongProgram = 1000;

    public string Name => VectorItem.Name(program.Name, format);

    public ItemKind Kind => ItemKind.Program;

    public bool DemandsSameBits => false;

    public ItemResult Run(RunContext context)
    {
        var random = context.RandomFor(Name);
        var item = new VectorItem(format, ops, context, _ => $"./parity run {ShellWord.Of(Name)} --vectors --seed {context.Seed}");
        IReadOnlyList<int> lengths = program.Nodes.Count > LongProgram ? [VectorItem.Lengths[0]] : VectorItem.Lengths;
        var inputs = new List<ProgramInput> { program.DefaultInput };
        while (inputs.Count < lengths[^1])
            inputs.Add(ProgramComparison.RandomInput(program, random));
        item.Compare(program, inputs, lengths);
        return item.Result(Name, Kind, inputs.Count) with { Note = program.Note };
    }
}
