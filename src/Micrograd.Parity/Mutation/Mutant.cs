namespace Micrograd.Parity.Mutation;

/// <summary>One small change to the engine's source, and what the tests made of it.</summary>
/// <param name="File">The source file's name.</param>
/// <param name="Line">The line it begins in, counted from 1.</param>
/// <param name="Source">The whole line, without white space at its ends; with the line before where nothing else stands in it.</param>
/// <param name="Original">What was replaced, on one line.</param>
/// <param name="Replacement">What replaced it, on one line.</param>
/// <param name="Fate">What became of it.</param>
public sealed record Mutant(string File, int Line, string Source, string Original, string Replacement, MutantFate Fate)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}: {Original} → {Replacement}";
}

/// <summary>What became of a mutant.</summary>
public enum MutantFate
{
    /// <summary>A test failed, or did not end.</summary>
    Killed,

    /// <summary>Tests ran it, and none failed.</summary>
    Survived,

    /// <summary>No test runs it.</summary>
    NotCovered,

    /// <summary>It does not compile, or was not to be tried.</summary>
    NotTried,
}
