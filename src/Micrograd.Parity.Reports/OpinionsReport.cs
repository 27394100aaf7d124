using Micrograd.Parity.Fuzzing.Oracles;

namespace Micrograd.Parity.Reports;

/// <summary>Third opinions that were asked for: of what, and what was said.</summary>
/// <param name="Environment">What was asked, on which machine.</param>
/// <param name="Items">The opinions, in the order of the catalogue.</param>
public sealed record OpinionsReport(RunEnvironment Environment, IReadOnlyList<ItemOpinion> Items)
{
    /// <summary>Whether no gradient is refused without a known reason.</summary>
    public bool Holds => Items.All(o => !o.Unexplained.Any());

    /// <summary>Whether vectors of a second process, with plain kernels, stand beside the others.</summary>
    public bool HasPlain => Items.Any(o => o.Truth.PlainVector is not null);

    /// <summary>What was said of an item; null where nothing was asked of it.</summary>
    public ItemOpinion? Of(string kind, string name) => Items.FirstOrDefault(o => o.Kind == kind && o.Name == name);
}
