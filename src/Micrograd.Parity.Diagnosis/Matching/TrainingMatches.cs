using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Traces;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>Replays a recorded training run with each fault of a catalogue planted, and with two of them together.</summary>
internal sealed class TrainingMatches
{
    /// <summary>Least fit at the first wrong step for a fault to be replayed to the end.</summary>
    private const double LeastFit = 0.5;

    /// <summary>Number of faults to which a second one is added.</summary>
    private const int MostFirst = 10;

    private readonly TrainingTrace _trace;
    private readonly IReadOnlyList<PartialStep> _steps;
    private readonly IReadOnlyList<Fault> _faults;
    private readonly TrainingReplay _replay;
    private readonly double?[][] _right;
    private readonly Replays _all;
    private readonly HashSet<string> _used;

    internal TrainingMatches(TrainingTrace trace, IReadOnlyList<PartialStep> steps, IReadOnlyList<Fault> faults, ModelTrainingMaker make)
    {
        (_trace, _steps, _faults) = (trace, steps, faults);
        _replay = new TrainingReplay(trace, make, steps);
        _right = [.. _replay.Run(ModelRules.Right, LoopRules.Right)];
        _all = new Replays([.. _replay.Recorded.SelectMany(r => r)], [.. _right.SelectMany(r => r)]);
        _used = [.. _replay.Ops()];
    }

    /// <summary>Replays with each fault that may be in the run.</summary>
    internal IEnumerable<Replay> Find()
    {
        if (_all.Wrong == 0)
            return [];
        var first = Enumerable.Range(0, _right.Length).First(i => At(i).Wrong > 0);
        var atFirst = At(first);
        return Each(ModelRules.Right, LoopRules.Right, first, (fault, step) => atFirst.Of(fault, step).Fit >= LeastFit);
    }

    /// <summary>Replays with two faults together that give all recorded numbers, one for each of the two; empty if no two do.</summary>
    internal IReadOnlyList<Replay> Pair()
    {
        if (_all.Wrong == 0)
            return [];
        var first = Enumerable.Range(0, _right.Length).First(i => At(i).Wrong > 0);
        foreach (var one in Firsts(first))
        {
            var (model, loop) = one.Rules;
            var numbers = _replay.Run(model, loop).ToArray();
            var open = Enumerable.Range(0, numbers.Length).FirstOrDefault(i => Reproduced(i, numbers[i]) < numbers[i].Length, -1);
            if (open < 0)
                continue;
            var least = Reproduced(open, numbers[open]);
            var other = Each(model, loop, open, (_, step) => Reproduced(open, step) > least)
                .Where(r => r.Fit == 1 && r.Fault != one.Fault)
                .OrderBy(r => r.IsGeneral)
                .ThenByDescending(r => r.SameBits == r.Compared)
                .ThenByDescending(r => r.Fault.Level)
                .ThenByDescending(r => r.SameBits)
                .FirstOrDefault();
            if (other is not null)
                return [other with { Fault = one.Fault, Says = one.Says }, other];
        }

        return [];
    }

    /// <summary>
    /// Faults that may be the first of two: each explains wrong numbers of the first phase that is wrong and changes no right one before and in it.
    /// </summary>
    private IEnumerable<Replay> Firsts(int first)
    {
        var (phases, right) = (TrainingReplay.Phases(_steps[first]), At(first).Reproduced(_right[first]));
        var phase = phases.Where((_, i) => !right[i]).Min();
        var wrong = Enumerable.Range(0, right.Length).Where(i => phases[i] == phase && !right[i]).ToList();
        var before = Enumerable.Range(0, right.Length).Where(i => phases[i] <= phase && right[i]).ToList();
        return Each(ModelRules.Right, LoopRules.Right, first, (_, step) =>
                At(first).Reproduced(step) is var same && wrong.Exists(i => same[i]) && before.TrueForAll(i => same[i])
            )
            .Select(r => (Replay: r, Explained: Explained(r)))
            .Where(r => r.Explained > 0)
            .OrderByDescending(r => r.Explained)
            .ThenBy(r => r.Replay.IsGeneral)
            .ThenByDescending(r => r.Replay.Fit)
            .ThenByDescending(r => r.Replay.Fault.Level)
            .Take(MostFirst)
            .Select(r => r.Replay);

        int Explained(Replay replay)
        {
            var start = _right.Take(first).Sum(s => s.Length);
            var same = At(first).Reproduced(replay.Numbers[start..(start + phases.Length)]);
            return wrong.Count(i => same[i]);
        }
    }

    private int Reproduced(int step, double?[] numbers) => At(step).Reproduced(numbers).Count(same => same);

    private Replays At(int step) => new(_replay.Recorded[step], _right[step], _all.Tolerance);

    /// <summary>Replays with each fault added to given rules.</summary>
    /// <param name="model">The rules of the engine.</param>
    /// <param name="loop">The rules of the loop.</param>
    /// <param name="first">Index of a step at which these rules do not give all numbers.</param>
    /// <param name="goesOn">True if a replay is worth going on after that step, from its numbers there.</param>
    private List<Replay> Each(ModelRules model, LoopRules loop, int first, Func<Fault, double?[], bool> goesOn)
    {
        var clues = new TrainingClues(_trace, _steps, first, () => _replay.Begin(model, loop));
        return
        [
            .. _faults
                .AsParallel()
                .AsOrdered()
                .Select(fault =>
                    fault switch
                    {
                        TrainingFault f when f.CanBeIn(_trace.Spec) => Best(f),
                        GraphFault { Forms: not null } => null,
                        GraphFault { Level: FaultLevel.Graph } f when model == ModelRules.Right => FaultDiagnosis.Best(f, rules =>
                            Run(f, rules, loop, "")
                        ),
                        GraphFault { Model.Op: { } rule } f when model == ModelRules.Right && _used.Contains(rule.Op) => FaultDiagnosis.Try(() =>
                            Run(f, f.Model, loop, "")
                        ),
                        _ => null,
                    }
                )
                .OfType<Replay>(),
        ];

        Replay? Best(TrainingFault fault)
        {
            var plain = With(fault, fault.Loop, "");
            List<FaultVariant> variants;
            lock (clues)
            {
                variants = [.. fault.Variants(clues)];
            }

            return variants
                .Select(v => With(fault, v.Loop, v.Says))
                .Append(plain)
                .OfType<Replay>()
                .OrderByDescending(r => r.Fit)
                .ThenByDescending(r => r.SameBits)
                .FirstOrDefault();
        }

        Replay? With(TrainingFault fault, LoopRules planted, string says) =>
            loop.And(planted) is { } both ? FaultDiagnosis.Try(() => Run(fault, model, both, says)) : null;

        Replay? Run(Fault fault, ModelRules rules, LoopRules both, string says)
        {
            var numbers = new List<double?>();
            var step = 0;
            foreach (var replayed in _replay.Run(rules, both))
            {
                if (step++ == first && !goesOn(fault, replayed))
                    return null;
                numbers.AddRange(replayed);
            }

            return _all.Of(fault, [.. numbers]) with
            {
                Says = says,
                Rules = (rules, both),
            };
        }
    }
}
