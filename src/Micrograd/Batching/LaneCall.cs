namespace Micrograd.Batching;

/// <summary>One op of a recording on a block of samples: where its numbers and gradients lie, sample beside sample.</summary>
internal unsafe struct LaneCall
{
    /// <summary>The operands' numbers; the second is not read where there is one operand.</summary>
    internal double* A;
    internal double* B;

    /// <summary>The operands' gradients.</summary>
    internal double* GradA;
    internal double* GradB;

    /// <summary>True if the first operand's gradients have no contribution yet: those of an op of one operand are written, whatever is there.</summary>
    internal bool IsFirst;

    /// <summary>The results and their gradients.</summary>
    internal double* Y;
    internal double* GradY;

    /// <summary>Op attributes.</summary>
    internal double P;
    internal double Q;

    /// <summary>The operands of an op of many, and their gradients.</summary>
    internal double** Many;
    internal double** GradMany;
    internal int ManyCount;

    /// <summary>Room for one sample's operands of an op of many, and where they lie in it, in bytes.</summary>
    internal double* Gathered;
    internal int* GatheredAt;

    /// <summary>Samples in the block, rounded up to a multiple of four, times rows that are computed together.</summary>
    internal int Width;
}
