namespace Micrograd.Batching;

/// <summary>
/// One op of a recording, or a weighted sum of several. Rows are numbers or gradients of a block's samples; rows of numbers below 0 are
/// the same for every sample (~row tells which).
/// </summary>
internal unsafe struct LaneInstruction
{
    /// <summary>What computes the op, and what passes its gradient on; null for a weighted sum.</summary>
    internal delegate* <in LaneCall, void> Forward;
    internal delegate* <in LaneCall, void> Pull;

    /// <summary>The row of the results, and of their gradients.</summary>
    internal int Y;

    /// <summary>The rows of the operands, and of their gradients. A weighted sum's first operand is what it begins with; -1 where that is its first term.</summary>
    internal int A;
    internal int B;
    internal int GradA;
    internal int GradB;

    /// <summary>The settings of an op that has them.</summary>
    internal double P;
    internal double Q;

    /// <summary>Where the operands of an op of many, or the terms of a weighted sum, begin in the program's list of rows, and how many they are.</summary>
    internal int First;
    internal int Count;

    /// <summary>The place of a weighted sum's first weight among the outer numbers.</summary>
    internal int Weights;

    /// <summary>Whether a value from outside is behind it; nothing else wants its gradient.</summary>
    internal bool WantsGradient;

    /// <summary>Whether what a weighted sum begins with or any of its terms wants a gradient, beside the weights.</summary>
    internal bool TermsWantGradient;

    internal readonly bool IsWeightedSum => Forward == null;
}
