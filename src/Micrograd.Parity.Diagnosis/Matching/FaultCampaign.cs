using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Suites;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>Outcome of one planted fault.</summary>
/// <param name="Fault">The planted fault.</param>
/// <param name="Place">First difference in the comparison with PyTorch, in words; null if there is none.</param>
/// <param name="Located">First finding of a check of the trace, in words; null if it finds only benign rounding.</param>
/// <param name="Named">Faults that the diagnosis names, best first.</param>
/// <param name="Rank">Rank of the planted fault among the replayed ones, from 1; null if it is not among them.</param>
/// <param name="Alike">Number of other faults that cannot be told from the planted one on this trace.</param>
internal sealed record FaultOutcome(Fault Fault, string? Place, string? Located, IReadOnlyList<Explanation> Named, int? Rank, int Alike)
{
    /// <summary>True if the comparison with PyTorch caught the fault.</summary>
    public bool Caught => Place is not null;

    /// <summary>True if the diagnosis ranks the fault first.</summary>
    public bool NamedFirst => Rank == 1;

    /// <summary>True if the fault ranks first, or only behind faults that cannot be told from it on this trace.</summary>
    public bool NamedFirstOrTied { get; init; }

    /// <summary>True if the fault ranks first when every computed number is perturbed by up to one part in 10¹⁴, as another engine rounds.</summary>
    public bool NamedFirstRounded { get; init; }
}

/// <summary>Outcome of a whole campaign.</summary>
/// <param name="Outcomes">Outcome of each planted fault.</param>
/// <param name="Programs">Number of programs run without a planted fault.</param>
/// <param name="Trainings">Number of training runs made without a planted fault.</param>
/// <param name="Alarms">False alarms: those of them on which the model engine and PyTorch differ, or that are found wrong.</param>
internal sealed record FaultResult(IReadOnlyList<FaultOutcome> Outcomes, int Programs, int Trainings, IReadOnlyList<string> Alarms)
{
    /// <summary>True if every planted fault was caught and there was no false alarm.</summary>
    public bool Holds => Alarms.Count == 0 && Outcomes.All(o => o.Caught);
}

/// <summary>
/// Plants every fault of a catalogue into the model engine, one at a time, and tests whether the comparison with PyTorch catches it and
/// whether the diagnosis names it from the trace alone; also runs programs and training runs without a planted fault to count false alarms.
/// </summary>
/// <param name="suite">The ops, and the training runs to make without a planted fault.</param>
/// <param name="context">PyTorch's side.</param>
/// <param name="diagnosis">Names faults.</param>
/// <param name="describe">The training run that a specification describes.</param>
/// <param name="make">Begins one on the model engine.</param>
/// <param name="honest">Draws the specification of a run without a planted fault, by its number.</param>
internal sealed class FaultCampaign(
    Suite suite,
    RunContext context,
    FaultDiagnosis diagnosis,
    Func<TrainingSpec, TrainingRun> describe,
    ModelTrainingMaker make,
    Func<int, TrainingSpec> honest
)
{
    /// <summary>Plants one fault.</summary>
    public FaultOutcome Plant(Fault fault) =>
        fault switch
        {
            GraphFault f => PlantInGraph(f),
            TrainingFault f => PlantInTraining(f),
            _ => throw new ArgumentException($"{fault} is of no known kind.", nameof(fault)),
        };

    /// <summary>Runs random programs without a planted fault on the model engine and on PyTorch.</summary>
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
                    var differs = ProgramCheck.Run(generator.Make(context.Seed, i), right).Differs;
                    progress?.Invoke();
                    return differs;
                })
                .Select(i => $"program {context.Seed}/{i}"),
        ];
    }

    /// <summary>
    /// Makes training runs without a planted fault: on the model engine, which must have PyTorch's bits, and on engines that round in another way, whose
    /// traces must be found right.
    /// </summary>
    /// <param name="count">Number of runs.</param>
    /// <param name="progress">Called after each run.</param>
    /// <param name="cancellation">Cancels the runs.</param>
    /// <returns>The names of those that raise an alarm.</returns>
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
                    var engine = HonestEngine.All[i % HonestEngine.All.Count];
                    var round = i / HonestEngine.All.Count;
                    var spec = engine.DrawsSpec ? honest(round) : specs[round % specs.Count];
                    spec = spec with { Steps = Math.Min(spec.Steps, TrainingRun.DefaultBriefSteps), Seed = spec.Seed + round / specs.Count };
                    var alarm = Alarm(engine, spec);
                    progress?.Invoke();
                    return alarm is null ? null : $"training {spec.Name}, seed {spec.Seed}, {engine.Name}: {alarm}";
                })
                .OfType<string>(),
        ];
    }

    private string? Alarm(HonestEngine engine, TrainingSpec spec)
    {
        if (engine.HasBits)
            return Compare(spec, ModelRules.Right, LoopRules.Right).First is { } first ? $"{first.Place}: {first.Node}" : null;
        var run = describe(spec);
        using var ours = run.Ours();
        var start = Array.ConvertAll(ours.State.Parameters, engine.Written);
        using var other = engine.IsModules ? (ITraining)run.Modules(ours.Layout, start) : make(spec, ours.Layout, start, engine.Model, engine.Loop);
        var steps = Enumerable.Range(0, spec.Steps).Select(k => engine.Written(PartialStep.Whole(k, other.Advance()))).ToList();
        var trace = new TrainingTrace(spec, run, ours.Layout, start, steps);
        var report = TrainingCheck.Check(trace, suite.Ops, engine.IsFloat32, torchSteps: 1);
        return report.Mistakes is [var mistake, ..]
            ? $"{mistake.Number} of {mistake.Place} is {NumberText.Of(mistake.Recorded)}, not {NumberText.Of(mistake.Right)}"
            : null;
    }

    private FaultOutcome PlantInGraph(GraphFault fault)
    {
        var (program, input) = (fault.PlantedIn, fault.PlantedIn.DefaultInput);
        var ours = new ModelBackend(suite.Ops, fault.Model).Run(program, input);
        var differences = new List<Difference>();
        TraceComparer.Compare(program, input, ours, context.Theirs.Run(program, input), (_, _, _, _) => (Verdict.Mismatch, ""), differences);
        var place = differences.FirstOrDefault() is { } first ? $"{(first.Quantity == Quantity.Value ? "value" : "gradient")} of {first.Node}" : null;
        var trace = GraphTraces.Create(program, ours, input.Upstreams[0], suite.Ops);
        var check = new GraphCheck(suite.Ops, isFloat32: false);
        var report = check.Check(trace);
        var located = report.Groups is [var group, ..] ? LocatingWords.Title(trace, group) : null;
        return Outcome(fault, place, located, diagnosis.Replays(trace, report.Mistakes), diagnosis.Explain(trace, report.Mistakes)) with
        {
            NamedFirstRounded = IsFirst(fault, diagnosis.Replays(Perturbation.Apply(trace), report.Mistakes)),
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
            NamedFirstRounded = IsFirst(fault, diagnosis.Replays(trace, Perturbation.Apply(steps))),
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
