namespace Micrograd.Parity.Comparing;

/// <summary>How much of each training run is made.</summary>
public enum TrainingLength
{
    /// <summary>The first steps, so that comparing everything stays fast.</summary>
    Brief,

    /// <summary>What is made of runs asked for by name: all but of the longest.</summary>
    Usual,

    /// <summary>All steps of all runs.</summary>
    Full,
}
