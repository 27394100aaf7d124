namespace Micrograd.Parity.Suites;

/// <summary>What is demanded of another engine's numbers.</summary>
public enum EngineDemand
{
    /// <summary>
    /// The same bits as PyTorch, or a difference that rounding can explain: both numbers within the enclosure of what the op's formula may
    /// come to when every operation is rounded and every elementary function is within the error that its library states. An engine that takes its
    /// functions from the C library meets it.
    /// </summary>
    WithinBounds,

    /// <summary>
    /// The same bits in every number. An engine meets it that computes as PyTorch does and takes its elementary functions from the loaded PyTorch
    /// (<see cref="Engines.Torch.TorchLibrary.Functions"/>).
    /// </summary>
    SameBits,
}
