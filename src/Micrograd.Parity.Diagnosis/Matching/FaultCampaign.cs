using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Suites;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>What became of one planted mistake.</summary>
/// <param name="Fault">The mistake.</param>
/// <param name="Place">Where the comparison with PyTorch first differs, in words; null where it does not.</param>
/// <param name="Located">What a check of the trace finds first, in words; null where it finds honest rounding only.</param>
/// <param name="Named">The mistakes that the diagnosis names, the best first.</param>
/// <param name="Rank">The place of the right one among them, from 1; null where it is not named.</param>
/// <param name="Alike">How many mistakes cannot be told from the right one on the trace, itself not counted.</param>
public sealed record FaultOutcome(Fault Fault, string? Place, string? Located, IReadOnlyList<Explanation> Named, int? Rank, int Alike)
{
    /// <summary>Whether the comparison with PyTorch saw it.</summary>
    public bool Caught => Place is not null;

    /// <summary>Whether the diagnosis names it first.</summary>
    public bool NamedFirst => Rank == 1;

    /// <summary>Whether it is first, or stands after others only from which nothing tells it on this trace.</summary>
    public bool NamedFirstOrTied { get; init; }

    /// <summary>Whether it is first where every recorded number is off by up to one part in 10¹⁴, as another engine rounds.</summary>
    public bool NamedFirstRounded { get; init; }
}

/// <summary>What became of all.</summary>
/// <param name="Outcomes">The planted mistakes.</param>
/// <param name="Programs">How many programs without a mistake were run.</param>
/// <param name="Trainings">How many training runs without a mistake were made.</param>
/// <param name="Alarms">Those of them on which the model engine and PyTorch differ.</param>
public sealed record FaultResult(IReadOnlyList<FaultOutcome> Outcomes, int Programs, int Trainings, IReadOnlyList<string> Alarms)
{
    /// <summary>Whether every mistake was caught and nothing else.</summary>
    public bool Holds => Alarms.Count == 0 && Outcomes.All(o => o.Caught);
}

/// <summary>
/// Plants every mistake of a catalogue into the model engine, each by itself, and sees whether the comparison with PyTorch catches it and
/// whether the diagnosis names it from the trace alone; then runs programs and training runs without a mistake, which nothing may catch.
/// </summary>
/// <param name="suite">The ops, and training runs without a mistake.</param>
/// <param name="context">PyTorch's side.</param>
/// <param name="diagnosis">Names mistakes.</param>
/// <param name="describe">The training run that a specification describes.</param>
/// <param name="make">Begins one on the model engine.</param>
public sealed class FaultCampaign(
    Suite suite,
    RunContext context,
    FaultDiagnosis diagnosis,
    Func<TrainingSpec, TrainingRun> describe,
    ModelTrainingMaker make
)
{
    /// <summary>Plants one mistake.</summary>
    public FaultOutcome Plant(Fault fault) =>
        fault switch
        {
            GraphFault f => PlantInGraph(f),
            TrainingFault f => PlantInTraining(f),
            _ => throw new ArgumentException($"{fault} is of no known kind.", nameof(fault)),
        };

    /// <summary>Runs random programs without a mistake on the model engine and on PyTorch.</summary>
    /// <returns>The names of those that differ.</returns>
    public IReadOnlyList<string> AlarmsInPrograms(int count, Action? progress = null, CancellationToken cancellation = default)
    {
        var generator = new ProgramGenerator(suite.Ops, suite.Ops.All);
        var right = context with { Ours = new ModelBackend(suite.Ops, ModelRules.Right) };
        return
        [
            .. Enumerable
                .Range(0, count)
                .AsParallel()
                .AsOrdered()
                .WithCancellation(cancellation)
                .Where(i =>
                {
                    var differs = ProgramCheck.Of(generator.Make(context.Seed, i), right).Differs;
                    progress?.Invoke();
                    return differs;
                })
                .Select(i => $"program {context.Seed}/{i}"),
        ];
    }

    /// <summary>Makes training runs without a mistake on the model engine and on PyTorch.</summary>
    /// <param name="count">How many: the suite's that a specification describes, then the same with other seeds.</param>
    /// <param name="progress">Told of each.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The names of those that differ.</returns>
    public IReadOnlyList<string> AlarmsInTrainings(int count, Action? progress = null, CancellationToken cancellation = default)
    {
        var specs = suite.TrainingRuns.Select(r => r.Spec).OfType<TrainingSpec>().ToList();
        return
        [
            .. Enumerable
                .Range(0, count)
                .AsParallel()
                .AsOrdered()
                .WithCancellation(cancellation)
                .Select(i =>
                {
                    var spec = specs[i % specs.Count];
                    spec = spec with { Steps = TrainingRun.DefaultBriefSteps, Seed = spec.Seed + i / specs.Count };
                    var differs = Compare(spec, ModelRules.Right, LoopRules.Right).First is not null;
                    progress?.Invoke();
                    return differs ? $"training {spec.Name}, seed {spec.Seed}" : null;
                })
                .OfType<string>(),
        ];
    }

    private FaultOutcome PlantInGraph(GraphFault fault)
    {
        var (program, input) = (fault.PlantedIn, fault.PlantedIn.DefaultInput);
        var ours = new ModelBackend(suite.Ops, fault.Model).Run(program, input);
        var differences = new List<Difference>();
        TraceComparer.Compare(program, input, ours, context.Theirs.Run(program, input), (_, _, _, _) => (Verdict.Mismatch, ""), differences);
        var place = differences.FirstOrDefault() is { } first ? $"{(first.Quantity == Quantity.Value ? "value" : "gradient")} of {first.Node}" : null;
        var trace = GraphTraces.Of(program, ours, input.Upstreams[0], suite.Ops);
        using var check = new GraphCheck(suite.Ops, isFloat32: false);
        var report = check.Check(trace);
        var located = report.Groups is [var group, ..] ? LocatingWords.Title(trace, group) : null;
        return Outcome(fault, place, located, diagnosis.Replays(trace, report.Mistakes), diagnosis.Explain(trace, report.Mistakes)) with
        {
            NamedFirstRounded = IsFirst(fault, diagnosis.Replays(Rounding.Of(trace), report.Mistakes)),
        };
    }

    private FaultOutcome PlantInTraining(TrainingFault fault)
    {
        var (trace, first) = Compare(fault.PlantedIn, fault.Model, fault.Loop);
        var report = TrainingCheck.Check(trace, suite.Ops, isFloat32: false);
        var located = report.Groups is [var group, ..] ? $"{group.First.Place}: {group.First.Number}" : null;
        var steps = FaultDiagnosis.StepsOf(trace, report.Mistakes);
        return Outcome(
            fault,
            first is null ? null : $"{first.Place}: {first.Node}",
            located,
            diagnosis.Replays(trace, steps),
            diagnosis.Explain(trace, report.Mistakes)
        ) with
        {
            NamedFirstRounded = IsFirst(fault, diagnosis.Replays(trace, Rounding.Of(steps))),
        };
    }

    private static bool IsFirst(Fault fault, IReadOnlyList<Replay> replays) => replays.Count > 0 && replays[0].Fault == fault;

    private static FaultOutcome Outcome(Fault fault, string? place, string? located, IReadOnlyList<Replay> replays, IReadOnlyList<Explanation> named)
    {
        var rank = replays.ToList().FindIndex(r => r.Fault == fault);
        var own = rank < 0 ? null : replays[rank];
        return new FaultOutcome(
            fault,
            place,
            located,
            named,
            own is null ? null : rank + 1,
            own is null ? 0 : replays.Count(r => r != own && r.IsLike(own))
        )
        {
            NamedFirstOrTied = own is not null && replays.Take(rank).All(r => r.IsLike(own)),
        };
    }

    private (TrainingTrace Trace, Difference? First) Compare(TrainingSpec spec, ModelRules model, LoopRules loop)
    {
        var run = describe(spec);
        using var engine = run.Ours();
        var start = engine.State.Parameters;
        using var ours = make(spec, engine.Layout, start, model, loop);
        using var theirs = run.ZeroDim(engine.Layout, start);
        var comparer = new TrainingComparer(engine.Layout, spec.Name);
        var steps = new List<PartialStep>();
        for (var k = 0; k < spec.Steps; k++)
        {
            var our = ours.Advance();
            comparer.Compare(k, our, theirs.Advance());
            steps.Add(PartialStep.Whole(k, our));
        }

        return (new TrainingTrace(spec, run, engine.Layout, start, steps), comparer.Failures is [var first, ..] ? first : null);
    }
}
