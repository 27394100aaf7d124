namespace Micrograd.Batching;

/// <summary>How a <see cref="Recording"/> computes.</summary>
public enum ReplayMode
{
    /// <summary>Every operation in the recorded order, rounded by itself: the same bits as the scalar graph, and as PyTorch.</summary>
    SameBits,

    /// <summary>
    /// Faster, and no longer bit for bit: products are fused with the sums they are added to where the processor can, gradients are summed over samples in
    /// whichever order is fastest, and tanh is the library's own, within 3 units in the last place of the exact value.
    /// </summary>
    Fast,
}
