namespace Micrograd.Parity.Diff.Tests;

internal static class Diffs
{
    /// <summary>Compares two recordings, to their ends unless told otherwise.</summary>
    internal static DiffResult Of(string original, string port, int steps = int.MaxValue) =>
        RunDiff.Compare(original, port, steps, (_, _) => { }, default);
}
