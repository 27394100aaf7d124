namespace Micrograd.Batching;

/// <summary>Recorded function of one sample: the nodes that its results depend on, in order of creation.</summary>
/// <param name="Inputs">Number of inputs per sample.</param>
/// <param name="Nodes">The results of ops.</param>
/// <param name="Outers">The values from outside the function that it uses.</param>
/// <param name="Results">The nodes that it returned.</param>
internal sealed record RecordedFunction(int Inputs, IReadOnlyList<RecordedNode> Nodes, IReadOnlyList<Value> Outers, IReadOnlyList<int> Results);

/// <summary>One op.</summary>
internal readonly record struct RecordedNode(byte Rule, IReadOnlyList<RecordedOperand> Operands, double P, double Q);

/// <summary>Operand of an op: its source, its index there, and its value if it is a constant.</summary>
internal readonly record struct RecordedOperand(OperandSource Source, int Index, double Number = 0);

/// <summary>Source of an operand.</summary>
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
