using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing;

/// <summary>Complexity of a program for a reader: number of nodes first, complexity of its numbers last. Shrinking only ever lowers it.</summary>
internal readonly record struct ProgramCost(int Nodes, int Ops, int Operands, int Passes, int Clears, int Leaves, int Settings, int Numbers)
    : IComparable<ProgramCost>
{
    /// <summary>The simplest numbers, the simplest first.</summary>
    internal static IReadOnlyList<double> SimpleNumbers { get; } = [1, 0, 2, -1, 0.5, 3, -2, -0.5, 10, -0.0];

    public int CompareTo(ProgramCost other) => AsTuple().CompareTo(other.AsTuple());

    internal static ProgramCost Measure(Program program) =>
        new(
            program.Nodes.Count,
            program.Nodes.Count(n => n.Op is not null),
            program.Nodes.Sum(n => n.Operands.Count),
            program.Passes.Count,
            program.Passes.Count(p => p.Clear),
            program.Nodes.Count(n => n.RequiresGrad),
            program.Nodes.Sum(n => n.Settings.Sum(Measure)),
            program.Nodes.Where(n => n.Op is null).Sum(n => Measure(n.Number)) + program.Passes.Sum(p => Measure(p.Upstream))
        );

    /// <summary>Complexity of a number: its index among the simplest numbers, or more for a longer decimal.</summary>
    internal static int Measure(double number)
    {
        for (var i = 0; i < SimpleNumbers.Count; i++)
        {
            if (BitConverter.DoubleToInt64Bits(SimpleNumbers[i]) == BitConverter.DoubleToInt64Bits(number))
                return i;
        }

        return SimpleNumbers.Count + NumberText.Of(number).Length;
    }

    private (int, int, int, int, int, int, int, int) AsTuple() => (Nodes, Ops, Operands, Passes, Clears, Leaves, Settings, Numbers);
}
