using System.Globalization;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>
/// Names the cause of the wrong numbers in a trace: replays the trace on the model engine with each applicable fault of the catalogue planted,
/// and compares which one reproduces the recorded numbers. It knows nothing of the trace but its numbers.
/// </summary>
/// <param name="ops">The ops.</param>
/// <param name="faults">The catalogue of faults.</param>
/// <param name="make">Begins a training run on the model engine.</param>
internal sealed class FaultDiagnosis(OpCatalogue ops, IReadOnlyList<Fault> faults, ModelTrainingMaker make) : IDiagnosis
{
    /// <summary>Number of steps that are replayed from the first wrong one on.</summary>
    private const int StepsAfterFirst = 20;

    /// <summary>Maximum number of explanations.</summary>
    private const int Most = 5;

    /// <summary>Minimum fit for a fault to be reported.</summary>
    private const double LeastFit = 0.5;

    public IReadOnlyList<Explanation> Explain(GraphTrace trace, IReadOnlyList<GraphFinding> findings)
    {
        var single = Replays(trace, findings);
        if (single.Count > 0 && single[0].Fit == 1 && single[0].Among.Length == 0)
            return Explanations(single, "");
        var pair = new GraphMatches(trace, ops, faults).Pair();
        return pair.Count == 0 ? Explanations(single, "") : Together(pair, "");
    }

    public IReadOnlyList<Explanation> Explain(TrainingTrace trace, IReadOnlyList<TrainingFinding> findings)
    {
        var steps = StepsOf(trace, findings);
        var of =
            steps.Count == 0 ? ""
            : steps.Count == 1 ? $" of step {steps[0].Step}"
            : $" of steps {steps[0].Step} to {steps[^1].Step}";
        var single = Replays(trace, steps);
        if (steps.Count == 0 || (single.Count > 0 && single[0].Fit == 1))
            return Explanations(single, of);
        var pair = new TrainingMatches(trace, steps, faults, make).Pair();
        return pair.Count == 0 ? Explanations(single, of) : Together(pair, of);
    }

    public IReadOnlyList<Explanation> Explain(Op op, IReadOnlyList<OpObservation> calls)
    {
        var replays = new Replays(Numbers(calls, c => c.Ours), Numbers(calls, c => c.Theirs));
        return replays.Wrong == 0
            ? []
            : Explanations(
                Ranked(
                    faults
                        .OfType<GraphFault>()
                        .Where(f => f.Model.Op?.Op == op.Name)
                        .Select(fault => Try(() => replays.Of(fault, Numbers(calls, c => OfRule(fault.Model.Op!, op, c)))))
                        .OfType<Replay>()
                ),
                ""
            );
    }

    public IReadOnlyList<Fact> Known(TrainingTrace trace, IReadOnlyList<TrainingFinding> findings)
    {
        var steps = StepsOf(trace, findings);
        return steps.Count == 0 ? [] : GradientRank.Facts(trace, steps, new TrainingReplay(trace, make, steps).Steps());
    }

    /// <summary>Replays of a graph with each fault planted, best first.</summary>
    internal IReadOnlyList<Replay> Replays(GraphTrace trace, IReadOnlyList<GraphFinding> findings)
    {
        var matches = new GraphMatches(trace, ops, faults);
        var whole = Ranked(matches.Whole());
        if (whole.Count > 0 && whole[0].Fit == 1)
        {
            // Where each number by itself points to one op, its rule is the simpler cause.
            var blamed = findings.Count > 0 && findings.All(f => f.Op == findings[0].Op) ? findings[0].Op : null;
            return
            [
                .. whole
                    .OrderByDescending(r => r.Fit)
                    .ThenByDescending(r => r.SameBits == r.Compared)
                    .ThenByDescending(r => blamed is not null && r.Fault.Model.Op?.Op == blamed),
            ];
        }

        return Ranked([.. whole, .. matches.Local(findings)]);
    }

    /// <summary>Replays of a training run with each fault planted, best first.</summary>
    internal IReadOnlyList<Replay> Replays(TrainingTrace trace, IReadOnlyList<PartialStep> steps) =>
        // The model engine has one optimizer, one pass a step, and no masks.
        steps.Count == 0
        || trace.Spec.Groups.Count > 0
        || trace.Spec.MicroBatches > 1
        || trace.Spec.Dropout.Count > 0
            ? []
            : Ranked(new TrainingMatches(trace, steps, faults, make).Find());

    /// <summary>Recorded steps that are replayed: all until <see cref="StepsAfterFirst"/> steps from the first wrong one.</summary>
    internal static IReadOnlyList<PartialStep> StepsOf(TrainingTrace trace, IReadOnlyList<TrainingFinding> findings)
    {
        var first = findings.Count == 0 ? 0 : findings.Min(f => f.Place.Step);
        return [.. trace.Steps.Where(s => s.Step < first + StepsAfterFirst)];
    }

    private static double?[] Numbers(IReadOnlyList<OpObservation> calls, Func<OpObservation, OpNumbers> side) =>
        [.. calls.Select(side).SelectMany(numbers => numbers.Shares.Prepend(numbers.Result))];

    /// <summary>Result and VJPs of a faulty rule for a call whose right numbers are PyTorch's.</summary>
    private static OpNumbers OfRule(OpRule rule, Op op, OpObservation of)
    {
        var call = new OpCall(op, of.Operands, of.Settings, of.Theirs.Result);
        return !rule.Where(call)
            ? of.Theirs
            : new OpNumbers(
                rule.Value is { } value ? value(call) : of.Theirs.Result,
                rule.Share is { } share
                    ? [.. of.Theirs.Shares.Select((right, k) => right is { } number ? share(call, k, of.Upstream, number) : (double?)null)]
                    : of.Theirs.Shares
            );
    }

    internal static Replay? Try(Func<Replay?> run)
    {
        try
        {
            return run();
        }
        catch (Exception e) when (e is ModelLimitException or InvalidOperationException or ArgumentException)
        {
            // The fault cannot occur in this trace.
            return null;
        }
    }

    /// <summary>Replay of the variant of a fault that reproduces most.</summary>
    internal static Replay? Best(GraphFault fault, Func<ModelRules, Replay?> run) =>
        fault
            .Variants.Prepend(fault.Model)
            .Select(rules => Try(() => run(rules)))
            .OfType<Replay>()
            .OrderByDescending(r => r.Fit)
            .ThenByDescending(r => r.SameBits)
            .FirstOrDefault();

    /// <summary>
    /// Sorts replays, best first: by fit, then by wrong numbers explained, general faults last; then those with all bits the same, then by level (training, graph, op),
    /// then by the number of same bits, then in the catalogue's order.
    /// </summary>
    private static List<Replay> Ranked(IEnumerable<Replay> replays) =>
        [
            .. replays
                .Where(r => r.Fit >= LeastFit)
                .OrderByDescending(r => r.Fit)
                .ThenByDescending(r => r.Explained)
                .ThenBy(r => r.IsGeneral)
                .ThenByDescending(r => r.SameBits == r.Compared)
                .ThenByDescending(r => r.Fault.Level)
                .ThenByDescending(r => r.SameBits),
        ];

    private static IReadOnlyList<Explanation> Explanations(IReadOnlyList<Replay> replays, string of)
    {
        var best = replays.Count > 0 && replays[0].Fit == 1 ? replays.Where(r => r.Fit == 1).ToList() : replays;
        return [.. best.Take(Most).Select(r => new Explanation(r.Fault.Name, r.Title, r.Fit, Evidence(r, best, of)))];
    }

    /// <summary>Two faults that explain a trace together.</summary>
    private static IReadOnlyList<Explanation> Together(IReadOnlyList<Replay> pair, string of) =>
        [
            .. pair.Select(
                (r, i) =>
                    new Explanation(
                        r.Fault.Name,
                        r.Title,
                        r.Fit,
                        $"with it and {pair[1 - i].Fault.Name} together the model engine gives all {Count(r.Compared)} recorded numbers{of}; "
                            + $"with neither {Count(r.Wrong)} of them differ, with one alone some still do"
                    )
            ),
        ];

    private static string Evidence(Replay replay, IReadOnlyList<Replay> best, string of)
    {
        var like = best.Where(r => r != replay && r.IsLike(replay)).Select(r => r.Fault.Name).ToList();
        var digits =
            replay.Explained == 0 ? ""
            : replay.SameBits == replay.Compared ? " to the last bit"
            : $" to {replay.Digits} digits or more";
        var text =
            replay.Fit == 1
                ? $"with it the model engine gives all {Count(replay.Compared)} recorded numbers{replay.Among}{of}{digits}; without it {Count(replay.Wrong)} of them differ{(replay.Wrong == 1 ? "s" : "")}"
                : $"with it the model engine gives {Count(replay.Explained)} of the {Count(replay.Wrong)} wrong numbers{replay.Among}{of}{digits}"
                    + (replay.Broken > 0 ? $", but would make {Count(replay.Broken)} others wrong" : "");
        return like.Count == 0 ? text : $"{text}; on this trace it cannot be told from {string.Join(", ", like)}";
    }

    private static string Count(int n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
