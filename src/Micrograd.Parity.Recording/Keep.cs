namespace Micrograd.Parity.Recording;

/// <summary>Amount that a recording keeps of each tensor.</summary>
public enum Keep
{
    /// <summary>Every number.</summary>
    All,

    /// <summary>A summary: sum, norm, least, greatest and up to 64 numbers.</summary>
    Statistics,

    /// <summary>A hash, which tells whether the bits are the same and nothing else.</summary>
    Hashes,
}
