using System.Text.Json.Serialization;

namespace Micrograd.Parity.Comparing;

/// <summary>Verdict on two numbers, or on all numbers of an item, in order of severity.</summary>
public enum Verdict
{
    /// <summary>The same bits (NaN equals NaN; +0 and −0 differ).</summary>
    SameBits,

    /// <summary>They differ by no more than rounding can explain.</summary>
    WithinBound,

    /// <summary>They differ as a row of the known differences says.</summary>
    KnownDifference,

    /// <summary>They differ, and nothing explains it.</summary>
    Mismatch,
}

/// <summary>Number of numbers compared, by verdict.</summary>
public sealed record Counts(long SameBits, long WithinBound, long Known, long Mismatch)
{
    /// <summary>Nothing compared.</summary>
    public static Counts None { get; } = new(0, 0, 0, 0);

    /// <summary>All numbers compared.</summary>
    public long Compared => SameBits + WithinBound + Known + Mismatch;

    /// <summary>Worst verdict that occurred.</summary>
    [JsonIgnore]
    public Verdict Worst =>
        Mismatch > 0 ? Verdict.Mismatch
        : Known > 0 ? Verdict.KnownDifference
        : WithinBound > 0 ? Verdict.WithinBound
        : Verdict.SameBits;

    /// <summary>Both together.</summary>
    public static Counts operator +(Counts a, Counts b) =>
        new(a.SameBits + b.SameBits, a.WithinBound + b.WithinBound, a.Known + b.Known, a.Mismatch + b.Mismatch);

    /// <summary>Both together; the named form of the operator.</summary>
    public static Counts Add(Counts a, Counts b) => a + b;

    /// <summary>These and one number more of a verdict.</summary>
    public Counts With(Verdict verdict) =>
        verdict switch
        {
            Verdict.SameBits => this with { SameBits = SameBits + 1 },
            Verdict.WithinBound => this with { WithinBound = WithinBound + 1 },
            Verdict.KnownDifference => this with { Known = Known + 1 },
            _ => this with { Mismatch = Mismatch + 1 },
        };
}
