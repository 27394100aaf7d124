namespace Micrograd.Batching;

/// <summary>What a function of one sample recorded: the nodes that its results were computed from, in their order.</summary>
/// <param name="Inputs">How many numbers a sample has.</param>
/// <param name="Nodes">The results of ops.</param>
/// <param name="Outers">The values from outside the function that it uses.</param>
/// <param name="Results">The nodes that it returned.</param>
internal sealed record RecordedFunction(int Inputs, IReadOnlyList<RecordedNode> Nodes, IReadOnlyList<Value> Outers, IReadOnlyList<int> Results);

/// <summary>One op.</summary>
internal readonly record struct RecordedNode(byte Rule, IReadOnlyList<RecordedOperand> Operands, double P, double Q);

/// <summary>An operand of an op: where it comes from, its index there, and the number where it is one.</summary>
internal readonly record struct RecordedOperand(OperandSource Source, int Index, double Number = 0);

/// <summary>Where an operand comes from.</summary>
internal enum OperandSource
{
    /// <summary>A number of the sample.</summary>
    Input,

    /// <summary>An earlier node.</summary>
    Node,

    /// <summary>A value from outside.</summary>
    Outer,

    /// <summary>A plain number.</summary>
    Number,
}
