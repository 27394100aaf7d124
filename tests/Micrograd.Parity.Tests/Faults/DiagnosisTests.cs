using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Matching;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Tests.Reports;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests.Faults;

/// <summary>The diagnosis names a mistake from a trace's numbers, and says so where it knows none.</summary>
public class DiagnosisTests
{
    private static readonly FaultDiagnosis s_diagnosis = new(ParitySuite.Default.Ops, FaultCatalogue.All, AnyMlp.Model);

    private static readonly FaultCampaign s_campaign = new(
        ParitySuite.Default,
        SuiteFixture.Context,
        s_diagnosis,
        AnyMlp.Run,
        AnyMlp.Model,
        HonestRuns.Draw
    );

    /// <summary>Every mistake in a graph's order, and some of every kind in ops and training.</summary>
    public static TheoryData<string> Sample =>
        [
            .. GraphFaults.All.Select(f => f.Name),
            .. OpFaults.All.Where((_, i) => i % 23 == 0).Select(f => f.Name),
            .. TrainingFaults.All.Where((_, i) => i % 4 == 0).Select(f => f.Name),
        ];

    [Theory]
    [MemberData(nameof(Sample))]
    public void A_planted_mistake_is_caught_and_named(string name)
    {
        var outcome = s_campaign.Plant(FaultCatalogue.Find(name));
        Assert.True(outcome.Caught);
        Assert.True(outcome.NamedFirstOrTied, outcome.Named.Count == 0 ? "none" : outcome.Named[0].Fault);
        Assert.Equal(1, outcome.Named[0].Fit);
        Assert.Contains("recorded numbers", outcome.Named[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_score_is_written_as_its_schema_says()
    {
        List<string> names = ["tanh-sign", "depth-first-order", "bias-not-updated"];
        var outcomes = names.ConvertAll(n => s_campaign.Plant(FaultCatalogue.Find(n)));
        var text = FaultsJson.Write(
            new FaultResult(outcomes, 10, 2, ["program 1/2"]),
            new RunEnvironment("2.10.0", "0.107.0", "AVX2", "2024.2", "A processor", ".NET", "Linux", 1, 1)
        );
        Assert.Empty(Schema.Of("faults.schema.json").Faults(text));
        Assert.NotEmpty(Schema.Of("faults.schema.json").Faults(text.Replace("\"rank\"", "\"place_among\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Without_a_mistake_nothing_is_named_and_nothing_differs()
    {
        Assert.Empty(s_campaign.AlarmsInPrograms(300));
        Assert.Empty(s_campaign.AlarmsInTrainings(15));
        Assert.Empty(s_diagnosis.Explain(Trained(SmallRun.Spec, LoopRules.Right), []));
    }

    [Fact]
    public void Losses_alone_are_enough_to_name_gradients_that_are_not_cleared()
    {
        var trace = Trained(SmallRun.Spec, Loop("gradients-not-cleared"));
        var losses = trace with { Steps = [.. trace.Steps.Select(s => new PartialStep(s.Step, s.Line) { Loss = s.Loss })] };
        var named = s_diagnosis.Explain(losses, []);
        Assert.Equal("gradients-not-cleared", named[0].Fault);
        Assert.StartsWith(
            "with it the model engine gives all 20 recorded numbers of steps 0 to 19 to the last bit; without it",
            named[0].Evidence,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("gradients-not-cleared")]
    [InlineData("bias-not-updated")]
    [InlineData("hidden-derivative-left-out")]
    [InlineData("mean-for-sum")]
    public void Rounding_of_another_engine_does_not_hide_a_mistake(string name)
    {
        var random = new SeededRandom(3);
        var trace = Trained(SmallRun.Spec, Loop(name));
        var rounded = trace with
        {
            Steps =
            [
                .. trace
                    .Steps.Take(8)
                    .Select(s => s with { Outputs = null, Loss = Off(s.Loss), Gradients = Each(s.Gradients), Parameters = Each(s.Parameters) }),
            ],
        };
        Assert.Equal(name, s_diagnosis.Explain(rounded, [])[0].Fault);

        double? Off(double? x) => x * (1 + 1e-13 * (random.NextDouble() - 0.5));

        double?[]? Each(double?[]? numbers) => numbers is null ? null : Array.ConvertAll(numbers, Off);
    }

    [Theory]
    [InlineData("tanh-sign")]
    [InlineData("tanh-missing-factor")]
    [InlineData("tanh-derivative-at-output")]
    [InlineData("assigned-for-added")]
    [InlineData("visited-once-per-path")]
    public void Mistakes_of_ops_and_graphs_are_named_from_a_training_run(string name)
    {
        var trace = Trained(SmallRun.Spec with { Steps = 4 }, LoopRules.Right, FaultCatalogue.Find(name).Model);
        Assert.Equal(name, s_diagnosis.Explain(trace, [])[0].Fault);
    }

    [Fact]
    public void Two_mistakes_in_one_graph_are_both_named()
    {
        var program = ProgramBuilder.Define("two", p =>
        {
            var (x, y) = (p.Leaf("x", 0.7), p.Leaf("y", 1.3));
            return ((x * 2).Tanh() * 3 + (y * 0.5).Exp() * 5 + (x * y).Tanh() * (y / 3).Exp()) * 1.5;
        });
        var trace = Graphs.Trace(program, FaultCatalogue.Find("tanh-missing-factor").Model.Op!, FaultCatalogue.Find("exp-sign").Model.Op!);
        var check = new GraphCheck(ParitySuite.Default.Ops, isFloat32: false);
        var named = s_diagnosis.Explain(trace, check.Check(trace).Mistakes).Select(e => e.Fault).ToList();
        Assert.Contains("tanh-missing-factor", named);
        Assert.Contains("exp-sign", named);
    }

    [Fact]
    public void A_mistake_of_no_row_is_named_by_none_and_the_rank_of_gradients_is_told()
    {
        // Each layer's error times the first input only: of no catalogue, and of rank 1.
        var loop = new LoopRules { Layers = new() { Weight = (layer, row, _) => layer.Error[row] * layer.Inputs[0] } };
        var trace = Trained(SmallRun.Spec, loop);
        var findings = TrainingCheck.Check(trace, ParitySuite.Default.Ops, isFloat32: false).Mistakes;
        Assert.Empty(s_diagnosis.Explain(trace, findings));
        Assert.Contains(s_diagnosis.Known(trace, findings), f =>
            f.Kind == FactKind.LowRank && f.Text.Contains("has rank 1", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Mistakes_that_give_the_same_numbers_are_told_to_be_alike()
    {
        var trace = Trained(SmallRun.Spec with { Steps = 1 }, Loop("gradients-averaged"));
        var like = s_diagnosis.Explain(trace with { Steps = [new PartialStep(0, 1) { Parameters = trace.Steps[0].Parameters }] }, []);
        Assert.Contains(like, e => e.Fault == "rate-over-batch");
        Assert.Contains(like, e => e.Fault == "gradients-averaged");
        Assert.Contains("cannot be told from", like[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Gradients_kept_from_the_graph_before_are_named()
    {
        var program = ProgramBuilder.Define("again", p => (p.Leaf("x", 3) * p.Leaf("y", 2)).Tanh());
        var right = Graphs.Trace(program);
        var second = right with
        {
            EarlierGradients = new Dictionary<int, double> { [0] = 0.5, [1] = -0.25 },
            Nodes = right.Nodes.With(gradient: n =>
                n.Gradient
                + (
                    n.Index == 0 ? 0.5
                    : n.Index == 1 ? -0.25
                    : 0
                )
            ),
        };
        Assert.Equal("gradients-not-cleared", s_diagnosis.Explain(second, [])[0].Fault);
    }

    private static LoopRules Loop(string name) => ((TrainingFault)FaultCatalogue.Find(name)).Loop;

    private static TrainingTrace Trained(TrainingSpec spec, LoopRules loop, ModelRules? model = null)
    {
        var run = AnyMlp.Run(spec);
        using var engine = run.Ours();
        using var ours = SmallRun.Model(spec, loop, model);
        return new TrainingTrace(
            spec,
            run,
            engine.Layout,
            engine.State.Parameters,
            [.. Enumerable.Range(0, spec.Steps).Select(k => PartialStep.Whole(k, ours.Advance()))]
        );
    }
}
