using Micrograd.Parity.Bounds;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Locating;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Running;

/// <summary>What the comparison of one item came to.</summary>
/// <param name="Name">The item's name.</param>
/// <param name="Kind">Its kind: <c>op</c>, <c>program</c> or <c>training</c>.</param>
public sealed record ItemResult(string Name, string Kind)
{
    /// <summary>How many failures are kept in full; all are counted.</summary>
    public const int KeptDifferences = 5;

    /// <summary>How long the comparison took.</summary>
    public double Seconds { get; init; }

    /// <summary>How many inputs it was run on.</summary>
    public int Points { get; init; }

    /// <summary>How many numbers were compared, by verdict.</summary>
    public Counts Counts { get; init; } = Counts.None;

    /// <summary>The greatest distance in ulps; 0 where all bits are the same.</summary>
    public ulong GreatestUlp { get; init; }

    /// <summary>The engine's side as source; empty where there is none.</summary>
    public string Ours { get; init; } = "";

    /// <summary>PyTorch's side as source.</summary>
    public string Theirs { get; init; } = "";

    /// <summary>The first mismatches.</summary>
    public IReadOnlyList<Difference> Failures { get; init; } = [];

    /// <summary>What is known of why it failed; null where nobody looked, or nothing failed.</summary>
    public FailureDiagnosis? Diagnosis { get; init; }

    /// <summary>The known differences met, with their reasons.</summary>
    public IReadOnlyList<string> Known { get; init; } = [];

    /// <summary>Where PyTorch gives a 0-dim tensor another result than a long one: how many numbers, and the first of them in words.</summary>
    public (long Count, IReadOnlyList<string> Examples) TorchAgainstItself { get; init; } = (0, []);

    /// <summary>What share of their bounds the differences used; null where the same bits were demanded.</summary>
    public BoundUse? BoundUse { get; init; }

    /// <summary>Losses and drift of a training run; null elsewhere.</summary>
    public TrainingSummary? Training { get; init; }

    /// <summary>What else a reader should know.</summary>
    public string Note { get; init; } = "";

    /// <summary>An op along its first operand, to be plotted; null where no figures were asked for.</summary>
    public Samples? Curve { get; init; }

    /// <summary>An op of one or two operands at its kinks and the floats beside them; null where it has none.</summary>
    public Samples? Kinks { get; init; }

    /// <summary>A program's nodes on its own numbers; null where no figures were asked for.</summary>
    public ProgramGraph? Graph { get; init; }

    /// <summary>What went wrong apart from numbers: an exception, a figure not reproduced, a known difference that no longer differs.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>The gravest verdict of its numbers; an error counts as a mismatch.</summary>
    public Verdict Verdict => Errors.Count > 0 ? Verdict.Mismatch : Counts.Worst;
}
