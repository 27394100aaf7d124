using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>Diagnoses an op whose numbers differ from PyTorch's.</summary>
internal static class OpFailure
{
    /// <summary>Maximum number of differing calls, and of others, that are given to the diagnosis.</summary>
    private const int MostCalls = 40;

    /// <summary>Range of ordinary magnitudes, from which rules are identified; larger numbers would hide their errors.</summary>
    private const double Least = 1e-3;
    private const double Greatest = 1e3;

    private const double ConstantRatio = 1e-9;

    /// <summary>Diagnoses the op of an item.</summary>
    internal static FailureDiagnosis Diagnose(OpComparison item, RunContext context, IDiagnosis diagnosis)
    {
        var calls = item.Inputs(context).GroupBy(input => input.Numbers.Length).SelectMany(inputs => Observe(item, [.. inputs], context)).ToList();
        return new FailureDiagnosis(Findings(item.Op, calls), diagnosis.Explain(item.Op, Telling(calls)));
    }

    /// <summary>Findings about the op's value and the gradient of each operand, where any differs.</summary>
    internal static List<FailureFinding> Findings(Op op, IReadOnlyList<OpObservation> calls)
    {
        var findings = new List<FailureFinding>();
        Add("value", calls.Select(c => (c, (double?)c.Ours.Result, (double?)c.Theirs.Result)));
        for (var k = 0; op.Arity == Op.Any ? k == 0 : k < op.Arity; k++)
        {
            var operand = k;
            Add(
                op.Arity switch
                {
                    Op.Any => "gradients of operands",
                    1 => "gradient",
                    _ => $"gradient of operand {operand + 1}",
                },
                calls.SelectMany(c =>
                    op.Arity == Op.Any
                        ? c.Ours.Shares.Zip(c.Theirs.Shares, (a, b) => (c, a, b))
                        : [(c, c.Ours.Shares[operand], c.Theirs.Shares[operand])]
                )
            );
        }

        return findings;

        void Add(string what, IEnumerable<(OpObservation Call, double? Ours, double? Theirs)> numbers)
        {
            var known = numbers.Where(n => n.Ours is not null || n.Theirs is not null).ToList();
            var differing = known.Where(n => !Ulps.Same(n.Ours, n.Theirs)).ToList();
            if (differing.Count > 0)
                findings.Add(
                    new FailureFinding(
                        $"{op.Name}: {what} differs at {Count(differing.Count)} of {Count(known.Count)} calls",
                        Facts(op, differing, known)
                    )
                );
        }
    }

    /// <summary>
    /// Selects calls that identify a rule: of those of ordinary magnitude some at which numbers differ, by more than the sign of a zero if there are such,
    /// and some others, spread over all; if none of ordinary magnitude differs, the first that does.
    /// </summary>
    internal static IReadOnlyList<OpObservation> Telling(IReadOnlyList<OpObservation> calls)
    {
        var everyday = calls.Where(IsEveryday).ToLookup(Differs);
        var byNumber = everyday[true].Where(DiffersByNumber).ToList();
        return everyday[true].Any()
            ? [.. Spread(byNumber.Count > 0 ? byNumber : [.. everyday[true]]), .. Spread([.. everyday[false]])]
            : [.. calls.Where(Differs).Take(1)];
    }

    private static IEnumerable<OpObservation> Spread(List<OpObservation> calls) =>
        Enumerable.Range(0, Math.Min(MostCalls, calls.Count)).Select(i => calls[(int)((long)i * calls.Count / Math.Min(MostCalls, calls.Count))]);

    private static IEnumerable<OpObservation> Observe(OpComparison item, List<ProgramInput> inputs, RunContext context)
    {
        var program = item.ProgramFor(inputs[0].Numbers.Length);
        return context
            .Ours.RunAll(program, inputs)
            .Zip(context.Theirs.RunAll(program, inputs), inputs)
            .Select(of => new OpObservation(of.Third.Numbers, [.. item.Settings], of.Third.Upstreams[0], Numbers(of.First), Numbers(of.Second)));

        static OpNumbers Numbers(Trace trace) => new(trace.Values[^1], trace.Gradients[..^1]);
    }

    private static List<string> Facts(
        Op op,
        List<(OpObservation Call, double? Ours, double? Theirs)> differing,
        List<(OpObservation Call, double? Ours, double? Theirs)> known
    )
    {
        var facts = new List<string>();
        var pairs = differing
            .Where(n => n.Ours is not null && n.Theirs is not null)
            .Select(n => (Ours: n.Ours!.Value, Theirs: n.Theirs!.Value))
            .ToList();
        var numbers = pairs.Where(p => double.IsFinite(p.Ours) && double.IsFinite(p.Theirs)).ToList();
        var ratios = numbers.Where(p => p.Theirs != 0 && p.Ours != p.Theirs).Select(p => p.Ours / p.Theirs).ToList();
        var isRatio =
            ratios.Count > 1 && ratios.Max() - ratios.Min() <= ConstantRatio * Math.Abs(ratios[0]) && Math.Abs(ratios[0] - 1) > ConstantRatio;
        if (isRatio)
        {
            var what =
                Math.Abs(ratios[0] + 1) <= ConstantRatio
                    ? "ours has the opposite sign"
                    : string.Create(CultureInfo.InvariantCulture, $"ours over theirs is {ratios[0]:G6}");
            facts.Add($"{what} at all {Count(ratios.Count)} where that can be said");
        }
        else if (numbers.Count == differing.Count && numbers.TrueForAll(p => p.Ours == p.Theirs))
        {
            facts.Add("only the sign of a zero differs");
        }
        else if (numbers.Count > 0)
        {
            facts.Add(
                $"up to {Ulps.Words(numbers.Max(p => Ulps.Distance(p.Ours, p.Theirs)))} apart"
                    + (numbers.Count == differing.Count ? "" : $" at {Count(numbers.Count)} of these, where both are finite numbers")
            );
        }

        if (differing.TrueForAll(n => n.Call.Upstream != 1) && known.Exists(n => n.Call.Upstream == 1))
            facts.Add("none differs where the upstream gradient is 1");
        Only("an operand is infinite or NaN", c => c.Operands.Any(x => !double.IsFinite(x)));
        if (op.Arity == 1)
        {
            var places = differing.Select(n => n.Call.Operands[0]).Distinct().ToList();
            if (places.Count <= 3 && known.Select(n => n.Call.Operands[0]).Distinct().Skip(3).Any())
                facts.Add($"only at {string.Join(", ", places.Select(x => Difference.Show(x)))}");
            else
                Only("the operand is negative", c => c.Operands[0] < 0);
        }

        return facts;

        void Only(string where, Func<OpObservation, bool> holds)
        {
            if (differing.TrueForAll(n => holds(n.Call)) && !known.TrueForAll(n => holds(n.Call)))
                facts.Add($"only where {where}");
        }
    }

    private static bool Differs(OpObservation call) =>
        !Ulps.Same(call.Ours.Result, call.Theirs.Result) || !call.Ours.Shares.Zip(call.Theirs.Shares, Ulps.Same).All(same => same);

    private static bool DiffersByNumber(OpObservation call) =>
        call.Ours.Result != call.Theirs.Result || call.Ours.Shares.Zip(call.Theirs.Shares).Any(p => p.First != p.Second);

    private static bool IsEveryday(OpObservation call) =>
        Array.TrueForAll(call.Operands, IsEveryday)
        && IsEveryday(call.Theirs.Result)
        && IsEveryday(call.Upstream)
        && Array.TrueForAll(call.Theirs.Shares, share => share is not { } x || IsEveryday(x));

    private static bool IsEveryday(double x) => x == 0 || Math.Abs(x) is >= Least and <= Greatest;

    private static string Count(int n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
