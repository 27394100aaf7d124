using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests.Faults;

/// <summary>The model engine without a mistake has the engine's bits.</summary>
public class ModelTests
{
    private const int Steps = 8;

    public static TheoryData<string> Specified => [.. ParitySuite.Default.TrainingRuns.Where(r => r.Spec is not null).Select(r => r.Name)];

    [Fact]
    public void Random_programs_over_all_ops_have_the_engines_bits()
    {
        var ops = ParitySuite.Default.Ops;
        var generator = new ProgramGenerator(ops, ops.All);
        Parallel.For(0, 1500, i =>
        {
            var program = generator.Make(77, i);
            var ours = new MicrogradBackend(ops).Run(program, program.DefaultInput);
            var model = new ModelBackend(ops, ModelRules.Right).Run(program, program.DefaultInput);
            var differences = new List<Difference>();
            TraceComparer.Compare(program, program.DefaultInput, ours, model, (_, _, _, _) => (Verdict.Mismatch, ""), differences);
            Assert.Empty(differences);
        });
    }

    [Theory]
    [MemberData(nameof(Specified))]
    public void A_training_run_has_the_engines_bits(string name)
    {
        var run = ParitySuite.Default.TrainingRuns.Single(r => r.Name == name);
        using var ours = run.Ours();
        using var model = AnyMlp.Model(run.Spec!, ours.Layout, ours.State.Parameters, ModelRules.Right, LoopRules.Right);
        var comparer = new TrainingComparer(ours.Layout, name);
        for (var k = 0; k < Steps; k++)
            comparer.Compare(k, ours.Advance(), model.Advance());
        Assert.Empty(comparer.Failures);
        Assert.True(comparer.Counts.SameBits > 0);
    }

    [Fact]
    public void Every_kind_of_loss_optimizer_schedule_and_clipping_is_among_those_runs()
    {
        var specs = ParitySuite.Default.TrainingRuns.Select(r => r.Spec).OfType<TrainingSpec>().ToList();
        Assert.Equal(9, specs.Select(s => s.Loss.Kind).Distinct().Count());
        Assert.Equal(5, specs.Select(s => s.Optimizer.Kind).Distinct().Count());
        Assert.Equal(5, specs.Select(s => s.Schedule?.Kind).Distinct().Count());
        Assert.Equal(4, specs.Select(s => s.Clip?.Kind).Distinct().Count());
        Assert.Contains(specs, s => s.L2 != 0);
        Assert.Contains(specs, s => !s.Bias);
    }

    [Theory]
    [InlineData("tanh", "tanh")]
    [InlineData("sigmoid", "linear")]
    [InlineData("relu", "softsign")]
    public void Backward_layer_by_layer_gives_the_tapes_gradients_but_for_rounding(string hidden, string output)
    {
        var spec = SmallRun.Spec with { Activations = [hidden, hidden, output] };
        using var tape = SmallRun.Model(spec, LoopRules.Right);
        using var layers = SmallRun.Model(spec, new LoopRules { Layers = new() });
        for (var k = 0; k < 3; k++)
        {
            var (right, other) = (tape.Advance(), layers.Advance());
            Assert.All(right.Gradients.Zip(other.Gradients), g => Assert.Equal(g.First!.Value, g.Second!.Value, 1e-12));
        }
    }

    [Fact]
    public void A_mistake_that_visits_nodes_without_end_is_stopped()
    {
        var tape = new ModelTape(ParitySuite.Default.Ops, Comparisons.Faults.FaultCatalogue.Find("visited-once-per-path").Model);
        var node = tape.Number(1.5, wantsGradient: true);
        for (var i = 0; i < 40; i++)
            node = tape.Apply("add", [node, node], []);
        Assert.Throws<ModelLimitException>(() => tape.Backward(node, 1));
    }
}
