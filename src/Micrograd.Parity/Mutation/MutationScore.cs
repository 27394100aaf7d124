namespace Micrograd.Parity.Mutation;

/// <summary>What the tests made of all mutants.</summary>
/// <param name="Killed">How many the tests found.</param>
/// <param name="Equivalent">Those that live and are listed as making no difference, with the reason.</param>
/// <param name="Alive">Those that live and are not listed.</param>
/// <param name="Stale">What is listed, but was killed or is no longer made.</param>
public sealed record MutationScore(
    int Killed,
    IReadOnlyList<(Mutant Mutant, string Reason)> Equivalent,
    IReadOnlyList<Mutant> Alive,
    IReadOnlyList<EquivalentMutant> Stale
)
{
    /// <summary>Whether there were mutants, every one that makes a difference was killed, and the list says nothing that is not so.</summary>
    public bool Holds => Killed > 0 && Alive.Count == 0 && Stale.Count == 0;

    /// <summary>The share of the mutants that make a difference which was killed.</summary>
    public double Share => Killed + Alive.Count == 0 ? 0 : Killed / (double)(Killed + Alive.Count);

    /// <summary>Judges mutants by the list of those that make no difference.</summary>
    public static MutationScore Of(IReadOnlyList<Mutant> mutants, IReadOnlyList<EquivalentMutant> listed)
    {
        var living = mutants.Where(m => m.Fate is MutantFate.Survived or MutantFate.NotCovered).ToLookup(m => listed.Any(e => e.Is(m)));
        return new MutationScore(
            mutants.Count(m => m.Fate == MutantFate.Killed),
            [.. living[true].Select(m => (m, listed.First(e => e.Is(m)).Reason))],
            [.. living[false]],
            [.. listed.Where(e => !living[true].Any(e.Is))]
        );
    }
}
