using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Result of comparing a recorded graph with the one that was meant.</summary>
/// <param name="Ops">Number of ops of what was meant.</param>
/// <param name="Groups">Ops that were recorded as something else, one group for each op of the catalogue.</param>
internal sealed record WiringReport(int Ops, IReadOnlyList<WiringGroup> Groups);

/// <summary>Calls of one op that were recorded as something else.</summary>
/// <param name="Op">The op that was meant.</param>
/// <param name="Count">Number of such calls.</param>
/// <param name="Of">Number of calls of the op that were meant.</param>
/// <param name="First">The first of them.</param>
internal sealed record WiringGroup(string Op, int Count, int Of, WiringFinding First);

/// <summary>An op that was recorded as something else: its value, or what flows to one of its operands, is another number.</summary>
/// <param name="Meant">The index of the op in what was meant.</param>
/// <param name="Recorded">The index of the recorded node that stands for it; null if there is none.</param>
/// <param name="Quantity">The value, or the gradient that flows to an operand for an upstream gradient of 1.</param>
/// <param name="Operand">For a gradient: the index of the recorded node that receives it.</param>
/// <param name="Number">The number that the recorded ops give, as PyTorch computes them; null if nothing was recorded.</param>
/// <param name="Right">The number that was meant, as PyTorch computes it from the same operands.</param>
internal sealed record WiringFinding(int Meant, int? Recorded, Quantity Quantity, int? Operand, double? Number, double Right)
{
    /// <summary>True if the number is the meant op's with its two operands exchanged.</summary>
    public bool IsExchanged { get; init; }
}
