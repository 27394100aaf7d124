namespace Micrograd.Parity.Faults;

/// <summary>A mistake planted into the model engine. <see cref="None"/> leaves it right.</summary>
public sealed record ModelFault
{
    /// <summary>No mistake.</summary>
    public static ModelFault None { get; } = new();

    /// <summary>The op whose values are one float too high; null for none.</summary>
    public string? NudgedValue { get; init; }

    /// <summary>The op whose gradients are off by one part in 10¹² (by 10⁻¹² where they are 0); null for none.</summary>
    public string? NudgedGradient { get; init; }

    /// <summary>
    /// The op whose gradient is wrong where its first operand has one value: 0, or where 0 is right the upstream gradient. Null for none.
    /// </summary>
    public (string Op, double Operand)? WrongGradientAt { get; init; }

    /// <summary>A gradient that arrives replaces what arrived before, in place of being added.</summary>
    public bool AssignsGradients { get; init; }

    /// <summary>Backward visits nodes in depth-first topological order, in place of the reverse order of creation.</summary>
    public bool DepthFirst { get; init; }
}
