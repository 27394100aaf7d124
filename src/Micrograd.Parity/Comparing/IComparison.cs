namespace Micrograd.Parity.Comparing;

/// <summary>One item of the suite, to be compared.</summary>
public interface IComparison
{
    /// <summary>Its name, by which it is filtered and reported.</summary>
    string Name { get; }

    /// <summary>Its kind: <c>op</c>, <c>program</c> or <c>training</c>.</summary>
    string Kind { get; }

    /// <summary>Whether the same bits are demanded of it; otherwise it must stay within a bound. A run of everything takes those that demand.</summary>
    bool DemandsSameBits => true;

    /// <summary>Compares both sides.</summary>
    ItemResult Run(RunContext context);
}
