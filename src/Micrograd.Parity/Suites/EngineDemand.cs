namespace Micrograd.Parity.Suites;

/// <summary>Criterion by which another engine's numbers pass.</summary>
public enum EngineDemand
{
    /// <summary>
    /// The same bits as PyTorch, or a difference that rounding can explain: both numbers within the enclosure of the op's formula, with every
    /// operation rounded and every elementary function within its library's stated error. An engine that takes its functions from the C library
    /// meets it.
    /// </summary>
    WithinBounds,

    /// <summary>
    /// The same bits in every number. An engine meets it that computes as PyTorch does and takes its elementary functions from the loaded PyTorch
    /// (<see cref="Engines.Torch.TorchLibrary.Functions"/>).
    /// </summary>
    SameBits,
}
