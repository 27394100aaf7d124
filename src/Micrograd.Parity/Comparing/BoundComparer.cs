using Micrograd.Parity.Bounds;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Comparing;

/// <summary>
/// Compares two runs of one program that may round differently: the same bits, or both within the bound, or a mismatch.
/// </summary>
internal sealed class BoundComparer
{
    private readonly FloatFormat _format;
    private readonly List<Difference> _failures = [];

    /// <summary>Makes a comparer.</summary>
    /// <param name="format">The format in which distances are counted.</param>
    public BoundComparer(FloatFormat format) => _format = format;

    /// <summary>Number of numbers compared, by verdict.</summary>
    public Counts Counts { get; private set; } = Counts.None;

    /// <summary>Histogram of the fraction of their bounds that the differences used.</summary>
    public BoundUse Use { get; } = new();

    /// <summary>Largest distance in ulps of the format, of numbers that have a bound.</summary>
    public ulong GreatestUlp { get; private set; }

    /// <summary>The first mismatches.</summary>
    public IReadOnlyList<Difference> Failures => _failures;

    /// <summary>Compares the value of every op and the gradient of every node.</summary>
    public void Compare(Program program, ProgramInput input, Trace ours, Trace theirs, FormulaTrace<Enclosure> bounds, Func<string, string> again)
    {
        for (var i = 0; i < program.Nodes.Count; i++)
        {
            if (program.Nodes[i].Op is not null)
                Number(i, Quantity.Value, ours.Values[i], theirs.Values[i], bounds.Values[i]);
            if (ours.Gradients[i] is not null || theirs.Gradients[i] is not null)
                Number(i, Quantity.Gradient, ours.Gradients[i], theirs.Gradients[i], bounds.Gradients[i]);
        }

        void Number(int node, Quantity quantity, double? a, double? b, Enclosure bound)
        {
            if (Compare(a, b, bound) == Verdict.Mismatch && _failures.Count < ItemResult.KeptDifferences)
            {
                _failures.Add(
                    new Difference(
                        TraceComparer.Describe(program, node),
                        quantity,
                        a,
                        b,
                        TraceComparer.Show(program, input),
                        Verdict.Mismatch,
                        $"admissible is {bound}"
                    )
                    {
                        Again = again(TraceComparer.Show(program, input)),
                    }
                );
            }
        }
    }

    /// <summary>Compares one number. Null means no number; a null bound requires the same bits.</summary>
    public Verdict Compare(double? ours, double? theirs, Enclosure? admissible)
    {
        var verdict = Verdict.Mismatch;
        if (ours is { } a && theirs is { } b)
        {
            verdict =
                Ulps.Same(a, b) ? Verdict.SameBits
                : admissible is { } bound && bound.Contains(b) && bound.Contains(a) ? Verdict.WithinBound
                : Verdict.Mismatch;
            if (verdict != Verdict.Mismatch && admissible is { } allowed)
                Use.Add(a, b, allowed);
            if (verdict != Verdict.WithinBound || admissible is { IsBounded: true })
                GreatestUlp = Math.Max(GreatestUlp, _format == FloatFormat.Binary32 ? Ulps.SingleDistance(a, b) : Ulps.Distance(a, b));
        }
        else
        {
            GreatestUlp = ulong.MaxValue;
        }

        Counts = Counts.With(verdict);
        return verdict;
    }
}
