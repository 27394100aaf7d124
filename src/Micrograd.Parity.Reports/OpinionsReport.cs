using Micrograd.Parity.Comparing;
using Micrograd.Parity.Fuzzing.Oracles;

namespace Micrograd.Parity.Reports;

/// <summary>Results of the oracles: finite differences, exact values and PyTorch's other kernels.</summary>
public sealed record OpinionsReport
{
    internal OpinionsReport(RunEnvironment environment, IReadOnlyList<ItemOpinion> items) => (Environment, Items) = (environment, items);

    /// <summary>Environment of the check.</summary>
    public RunEnvironment Environment { get; init; }

    /// <summary>Results, in the order of the catalogue.</summary>
    internal IReadOnlyList<ItemOpinion> Items { get; init; }

    /// <summary>True if finite differences refuse no gradient without a known reason.</summary>
    public bool Holds => Items.All(o => !o.Unexplained.Any());

    /// <summary>True if it has results of a second process with plain kernels.</summary>
    public bool HasPlain => Items.Any(o => o.Truth.PlainVector is not null);

    /// <summary>Result of an item; null if the item was not checked.</summary>
    internal ItemOpinion? Find(ItemKind kind, string name) => Items.FirstOrDefault(o => o.Kind == kind && o.Name == name);
}
