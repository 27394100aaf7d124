using Micrograd.Parity.Diagnosis.Faults;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Every mistake that is planted, named and explained.</summary>
public static class FaultCatalogue
{
    private static readonly Lazy<IReadOnlyList<Fault>> s_all = new(() => [.. OpFaults.All, .. GraphFaults.All, .. TrainingFaults.All]);

    public static IReadOnlyList<Fault> All => s_all.Value;

    /// <summary>Those of which some program of the suite must turn red.</summary>
    public static IReadOnlyList<Fault> InPrograms { get; } = [.. GraphFaults.All.Where(f => f.Name is "assigned-for-added" or "depth-first-order")];

    /// <summary>The mistake of a name.</summary>
    public static Fault Of(string name) => All.Single(f => f.Name == name);
}
