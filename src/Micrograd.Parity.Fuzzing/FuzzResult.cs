namespace Micrograd.Parity.Fuzzing;

/// <summary>Result of a campaign of random programs.</summary>
/// <param name="Options">Options of the campaign.</param>
/// <param name="Tally">All programs and files of the corpus, added up.</param>
/// <param name="Replayed">Number of corpus files that were run.</param>
/// <param name="Failures">Those that differ: first of the corpus, then the first of the random programs, by index.</param>
/// <param name="Finished">False if the campaign was interrupted before its end.</param>
internal sealed record FuzzResult(FuzzOptions Options, FuzzTally Tally, int Replayed, IReadOnlyList<FuzzFailure> Failures, bool Finished)
{
    /// <summary>True if no program differs.</summary>
    public bool Parity => Tally.Differing == 0;
}
