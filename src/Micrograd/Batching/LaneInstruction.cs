namespace Micrograd.Batching;

/// <summary>
/// One op of a recording, or a weighted sum of several; or a group of these, whose results lie in consecutive rows. Rows are numbers or gradients of a
/// block's samples; rows of numbers below 0 are the same for every sample (~row tells which).
/// </summary>
internal unsafe struct LaneInstruction
{
    /// <summary>Forward and VJP kernels; null for weighted sums.</summary>
    internal delegate* <in LaneCall, void> Forward;
    internal delegate* <in LaneCall, void> Vjp;

    /// <summary>The row of the first result, and of its gradients; number of results.</summary>
    internal int Y;
    internal int Members;

    /// <summary>
    /// The rows of the first member's operands, and of their gradients; those of the other members lie behind. A weighted sum's first operand is what
    /// it begins with; -1 where that is its first term.
    /// </summary>
    internal int A;
    internal int B;
    internal int GradA;
    internal int GradB;

    /// <summary>Op attributes.</summary>
    internal double P;
    internal double Q;

    /// <summary>First row, in the program's list, and number of an op's operands or a weighted sum's terms.</summary>
    internal int First;
    internal int Count;

    /// <summary>The place of the first weight among the outer numbers.</summary>
    internal int Weights;

    /// <summary>First, in the program's list, and number of the terms whose factor requires a gradient.</summary>
    internal int FirstPassedOn;
    internal int PassedOn;

    /// <summary>True if it depends on a value from outside; otherwise no gradient is needed.</summary>
    internal bool WantsGradient;

    /// <summary>True if a weighted sum's initial value or any factor beside the weights requires a gradient.</summary>
    internal bool TermsWantGradient;

    /// <summary>True if a backward pass writes the operands' gradients, which nothing has contributed to before.</summary>
    internal bool IsFirst;

    internal readonly bool IsWeightedSum => Forward == null;

    /// <summary>A weighted sum's terms, filled up.</summary>
    internal readonly int FilledCount => WeightedSum.FillUp(Count, WeightedSum.Quad);
}
