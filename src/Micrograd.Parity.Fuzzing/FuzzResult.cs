namespace Micrograd.Parity.Fuzzing;

/// <summary>What a campaign of random programs came to.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Tally">All programs and files of the corpus, added up.</param>
/// <param name="Replayed">How many files of the corpus were run.</param>
/// <param name="Failures">Those that differ: first of the corpus, then the first of the random programs, by index.</param>
/// <param name="Finished">Whether all was run that was asked for; not so where it was interrupted.</param>
public sealed record FuzzResult(FuzzOptions Options, FuzzTally Tally, int Replayed, IReadOnlyList<FuzzFailure> Failures, bool Finished)
{
    /// <summary>Whether nothing differs.</summary>
    public bool Parity => Tally.Differing == 0;
}
