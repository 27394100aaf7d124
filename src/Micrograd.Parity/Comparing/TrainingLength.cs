namespace Micrograd.Parity.Comparing;

/// <summary>Length of training runs.</summary>
internal enum TrainingLength
{
    /// <summary>The first steps, so that comparing everything stays fast.</summary>
    Brief,

    /// <summary>The length of runs selected by name: all steps, except of the longest runs.</summary>
    Usual,

    /// <summary>All steps of all runs.</summary>
    Full,
}
