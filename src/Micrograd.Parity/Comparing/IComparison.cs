namespace Micrograd.Parity.Comparing;

/// <summary>One item of the suite, to be compared.</summary>
public interface IComparison
{
    /// <summary>Its name, by which it is filtered and reported.</summary>
    string Name { get; }

    /// <summary>Its kind.</summary>
    ItemKind Kind { get; }

    /// <summary>True if the same bits are required; false if both sides must be within bounds. A default run takes only the former.</summary>
    bool DemandsSameBits => true;

    /// <summary>Compares both sides.</summary>
    ItemResult Run(RunContext context);
}
