using Micrograd.Parity.Bounds;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Suites;

/// <summary>
/// Compares another engine with PyTorch on the inputs of an op's or a program's comparison: the same bits, or a difference due to rounding.
/// </summary>
/// <param name="inner">The op or program.</param>
/// <param name="context">The engine against PyTorch.</param>
/// <param name="bounds">Error bounds of the formulas; null if the same bits are required.</param>
internal sealed class EngineComparison(IComparison inner, RunContext context, FormulaBackend<Enclosure>? bounds)
{
    private readonly KnownDifferenceJudge _known = new(inner.Name, context);
    private readonly List<Difference> _failures = [];
    private readonly List<EngineRun> _failed = [];
    private readonly BoundUse _use = new();
    private Counts _counts = Counts.None;
    private ulong _greatest;

    /// <summary>Runs in which a number differs by more than its bound.</summary>
    internal IReadOnlyList<EngineRun> Failed => _failed;

    /// <summary>Compares.</summary>
    internal ItemResult Run()
    {
        var points = 0;
        foreach (var (program, inputs) in Inputs())
        {
            points += inputs.Count;
            foreach (var (input, theirs) in inputs.Zip(context.Theirs.RunAll(program, inputs)))
                Compare(program, input, context.Ours.Run(program, input), theirs);
        }

        return new ItemResult(inner.Name, inner.Kind)
        {
            Points = points,
            Counts = _counts,
            GreatestUlp = _greatest,
            Failures = _failures,
            Known = _known.Met,
            BoundUse = bounds is null ? null : _use,
        };
    }

    /// <summary>True if a difference is one that rounding can explain. That a zero has another sign or a number is none, it cannot.</summary>
    internal static bool IsExplained(double? ours, double? theirs, Enclosure bound) =>
        ours is { } a
        && theirs is { } b
        && double.IsFinite(a)
        && double.IsFinite(b)
        && bound.IsBounded
        && bound.Contains(a)
        && bound.Contains(b)
        && (a != b || (bound.Low < 0 && bound.High > 0));

    private IEnumerable<(Program Program, List<ProgramInput> Inputs)> Inputs()
    {
        if (inner is not OpComparison op)
        {
            var program = ((ProgramComparison)inner).Program;
            return [(program, ((ProgramComparison)inner).Inputs(context.RandomFor(inner.Name)))];
        }

        return op.Inputs(context).GroupBy(i => i.Numbers.Length).Select(g => (op.ProgramFor(g.Key), g.ToList()));
    }

    private void Compare(Program program, ProgramInput input, Trace ours, Trace theirs)
    {
        FormulaTrace<Enclosure>? enclosures = null;
        var differences = new List<Difference>();
        _counts += TraceComparer.Compare(program, input, ours, theirs, Judge, differences);
        var mismatches = differences.Where(d => d.Verdict == Verdict.Mismatch).ToList();
        if (mismatches.Count > 0)
            _failed.Add(new EngineRun(program, input, ours, mismatches));
        foreach (var difference in differences)
        {
            _greatest = Math.Max(_greatest, difference.Ulp);
            if (difference.Verdict == Verdict.Mismatch && _failures.Count < ItemResult.KeptDifferences)
                _failures.Add(difference);
        }

        (Verdict Verdict, string Explanation) Judge(int node, Quantity quantity, double? a, double? b)
        {
            if (
                inner is OpComparison
                && _known.Judge(input.Numbers, quantity, node < input.Numbers.Length ? node : -1) is { Verdict: Verdict.KnownDifference } known
            )
                return known;
            if (bounds is null)
                return (Verdict.Mismatch, "");
            enclosures ??= bounds.Run(program, input);
            var bound =
                quantity == Quantity.Value ? enclosures.Values[node]
                : enclosures.HasGradient[node] ? enclosures.Gradients[node]
                : Enclosure.Of(0);
            if (!IsExplained(a, b, bound))
                return (Verdict.Mismatch, $"admissible is {bound}");
            _use.Add(a!.Value, b!.Value, bound);
            return (Verdict.WithinBound, "");
        }
    }
}
