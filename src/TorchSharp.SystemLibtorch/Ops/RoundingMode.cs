namespace TorchSharp;

/// <summary>How a quotient is rounded to a whole number.</summary>
public enum RoundingMode
{
    /// <summary>It is not.</summary>
    None,
    /// <summary>Towards zero.</summary>
    trunc,
    /// <summary>Down.</summary>
    floor,
}
