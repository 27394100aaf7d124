using Micrograd.Parity.Diagnosis.Faults;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Every planted fault, named and explained.</summary>
internal static class FaultCatalogue
{
    private static readonly Lazy<IReadOnlyList<Fault>> s_all = new(() => [.. OpFaults.All, .. GraphFaults.All, .. TrainingFaults.All]);

    public static IReadOnlyList<Fault> All => s_all.Value;

    /// <summary>Faults that some program of the suite must detect.</summary>
    public static IReadOnlyList<Fault> InPrograms { get; } = [.. GraphFaults.All.Where(f => f.Name is "assigned-for-added" or "depth-first-order")];

    /// <summary>The fault of this name.</summary>
    public static Fault Find(string name) => All.Single(f => f.Name == name);
}
