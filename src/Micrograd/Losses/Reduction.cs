namespace Micrograd;

/// <summary>Reduction of the elements' losses to one.</summary>
public enum Reduction
{
    /// <summary>Their sum, added one after the other from the first to the last.</summary>
    Sum,

    /// <summary>Arithmetic mean.</summary>
    Mean,
}
