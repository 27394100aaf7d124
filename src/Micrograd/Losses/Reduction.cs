namespace Micrograd;

/// <summary>How the elements' losses become one.</summary>
public enum Reduction
{
    /// <summary>Their sum, added one after the other from the first to the last.</summary>
    Sum,

    /// <summary>Their sum divided by how many they are.</summary>
    Mean,
}
