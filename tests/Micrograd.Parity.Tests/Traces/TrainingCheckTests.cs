using System.Text.Json.Nodes;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Tests.Reports;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>Recorded training runs: right ones pass, also in part and with other roundings; wrong ones are found at their step and phase.</summary>
public sealed class TrainingCheckTests : IDisposable
{
    private const string Usual = """
        {"sizes": [2, 3, 1], "activations": ["tanh", "linear"], "data": "xor", "loss": "mse_loss", "optimizer": {"kind": "sgd", "lr": 0.1}, "steps": 6}
        """;

    private static readonly Schema s_schema = Schema.Of("check.schema.json");

    private readonly string _file = Path.GetTempFileName();

    public TrainingCheckTests() => TorchLibrary.Load();

    public static TheoryData<string> Rights =>
        [
            Usual,
            Changed("optimizer", """{"kind": "sgd", "lr": 0.1, "momentum": 0.9, "nesterov": true}"""),
            Changed("optimizer", """{"kind": "adam", "lr": 0.05, "amsgrad": true}"""),
            Changed("optimizer", """{"kind": "adamw", "lr": 0.05}"""),
            Changed("optimizer", """{"kind": "rmsprop", "lr": 0.01, "centered": true, "momentum": 0.5}"""),
            Changed("optimizer", """{"kind": "adagrad", "lr": 0.1, "lr_decay": 0.01}"""),
            Changed("clip", """{"kind": "norm", "max_norm": 0.1}"""),
            Changed("batch_size", "2", Changed("schedule", """{"kind": "exponential", "gamma": 0.9}""")),
            Changed("clear_gradients", "false"),
            Changed("l2", "0.01"),
        ];

    public void Dispose() => File.Delete(_file);

    [Theory]
    [MemberData(nameof(Rights))]
    public void What_the_engine_records_has_the_bits_throughout(string training)
    {
        var report = Recorded(training, training);
        Satisfies(report);
        Assert.Empty(report.Mistakes);
        Assert.Equal(report.Compared, report.SameBits);
        Assert.True(report.Compared > 100);
        Assert.Equal(0, report.Drift!.Relative);
    }

    /// <summary>Great runs are judged by the engine after the first steps: from the recorded state, by the recorded gradients, to the same end.</summary>
    [Theory]
    [MemberData(nameof(Rights))]
    public void The_engine_alone_judges_as_PyTorch_does(string training)
    {
        Same(s => s, right: true);
        Same(s => s.Step == 4 ? s with { Gradients = [.. s.Gradients!.Select((g, i) => i == 4 ? -g : g)] } : s, right: false);
        Same(s => s.Step == 3 ? s with { Parameters = [.. s.Parameters!.Select((p, i) => i == 2 ? p + 1e-6 : p)] } : s, right: false);

        void Same(Func<PartialStep, PartialStep> kept, bool right)
        {
            var theirs = Recorded(training, training, kept, run => Modules(run));
            using var reader = Checked.Open(File.ReadAllBytes(_file));
            var ours = TrainingCheck.Check(reader.Training(), Comparisons.ParitySuite.Default.Ops, reader.IsFloat32, torchSteps: 1);
            Assert.Equal((6, 1), (theirs.StepsByTorch, ours.StepsByTorch));
            Assert.Equal((theirs.Compared, theirs.SameBits, right), (ours.Compared, ours.SameBits, ours.Mistakes.Count == 0));
            Assert.Equal(theirs.Mistakes, ours.Mistakes);
            Assert.Equal(theirs.Drift, ours.Drift);
        }
    }

    [Theory]
    [MemberData(nameof(Rights))]
    public void An_engine_that_rounds_in_another_order_passes(string training)
    {
        var report = Recorded(training, training, side: run => Modules(run));
        Assert.Empty(report.Mistakes);
    }

    [Theory]
    [InlineData("""{"kind": "adam", "lr": 0.05}""", 600)]
    [InlineData("""{"kind": "sgd", "lr": 0.5, "momentum": 0.9}""", 600)]
    [InlineData("""{"kind": "rmsprop", "lr": 0.01}""", 600)]
    public void Near_the_minimum_where_rounding_is_all_that_is_left_an_honest_engine_passes_too(string optimizer, int steps)
    {
        var training = Changed("optimizer", optimizer, Changed("steps", $"{steps}"));
        var report = Recorded(training, training, side: run => Modules(run));
        Assert.Empty(report.Mistakes);
        Assert.Contains(report.Honest, h => h.GreatestRelative > 1e-12);
    }

    [Theory]
    [MemberData(nameof(Rights))]
    public void Losses_alone_are_enough_to_pass_with_other_roundings(string training)
    {
        var report = Recorded(training, training, s => new PartialStep(s.Step, 0) { Loss = s.Loss }, run => Modules(run));
        Assert.Empty(report.Mistakes);
        Assert.Equal(6, report.Compared);
    }

    [Theory]
    [MemberData(nameof(Rights))]
    public void Every_other_step_with_parameters_alone_passes(string training)
    {
        var report = Recorded(training, training, s => s.Step % 2 == 0 ? null : new PartialStep(s.Step, 0) { Parameters = s.Parameters });
        Assert.Empty(report.Mistakes);
        Assert.Equal(report.Compared, report.SameBits);
    }

    [Theory]
    [MemberData(nameof(Rights))]
    public void An_engine_in_float32_passes(string training)
    {
        var report = Recorded(training, training, s =>
            s with
            {
                Loss = (float)s.Loss!.Value,
                Outputs = Array.ConvertAll(s.Outputs!, x => (double)(float)x),
                Gradients = Floats(s.Gradients),
                Clipped = Floats(s.Clipped),
                Parameters = Floats(s.Parameters),
                Optimizer = s.Optimizer.ToDictionary(m => m.Key, m => Floats(m.Value)!),
            }
        );
        Assert.True(report.IsFloat32);
        Assert.Empty(report.Mistakes);
        Assert.Contains(report.Honest, h => h.Class == DifferenceClass.Float32Rounding);

        double?[]? Floats(double?[]? numbers) => numbers is null ? null : Array.ConvertAll(numbers, x => x is { } d ? (float)d : (double?)null);
    }

    [Theory]
    [InlineData("clear_gradients", "false", 1, TrainingPhase.Backward)]
    [InlineData("loss", """{"kind": "mse_loss", "reduction": "sum"}""", 0, TrainingPhase.Loss)]
    [InlineData("loss", "\"l1_loss\"", 0, TrainingPhase.Loss)]
    [InlineData("activations", "[\"sigmoid\", \"linear\"]", 0, TrainingPhase.Forward)]
    [InlineData("activations", "[\"relu\", \"linear\"]", 0, TrainingPhase.Forward)]
    [InlineData("l2", "0.01", 0, TrainingPhase.Loss)]
    [InlineData("optimizer", """{"kind": "sgd", "lr": 0.2}""", 0, TrainingPhase.Update)]
    [InlineData("optimizer", """{"kind": "sgd", "lr": 0.1, "momentum": 0.9}""", 1, TrainingPhase.Update)]
    [InlineData("optimizer", """{"kind": "sgd", "lr": 0.1, "weight_decay": 0.001}""", 0, TrainingPhase.Update)]
    [InlineData("clip", """{"kind": "norm", "max_norm": 0.1}""", 0, TrainingPhase.Update)]
    [InlineData("schedule", """{"kind": "exponential", "gamma": 0.999}""", 1, TrainingPhase.Update)]
    internal void A_mistake_is_found_at_its_first_step_and_phase(string key, string value, int step, TrainingPhase phase)
    {
        var whole = Recorded(Changed(key, value), Usual);
        Satisfies(whole);
        Assert.Equal(new TrainingPlace(step, phase), whole.Groups[0].First.Place);
        var parameters = Recorded(Changed(key, value), Usual, s => s with { LearningRate = null, Optimizer = new Dictionary<string, double?[]>() });
        Assert.Equal(new TrainingPlace(step, phase), parameters.Groups[0].First.Place);
        var losses = Recorded(Changed(key, value), Usual, s => new PartialStep(s.Step, 0) { Loss = s.Loss });
        Assert.NotEmpty(losses.Mistakes);
        Assert.InRange(losses.Groups[0].First.Place.Step, step, step + 1);
    }

    [Theory]
    [InlineData("""{"kind": "adam", "lr": 0.05, "weight_decay": 0.01}""", """{"kind": "adamw", "lr": 0.05, "weight_decay": 0.01}""")]
    [InlineData("""{"kind": "adam", "lr": 0.05, "eps": 1e-7}""", """{"kind": "adam", "lr": 0.05, "eps": 1e-8}""")]
    [InlineData("""{"kind": "adagrad", "lr": 0.05, "eps": 1e-8}""", """{"kind": "adagrad", "lr": 0.05}""")]
    [InlineData("""{"kind": "rmsprop", "lr": 0.05, "alpha": 0.9}""", """{"kind": "rmsprop", "lr": 0.05}""")]
    public void A_wrong_setting_of_an_optimizer_is_found_in_the_update(string recorded, string declared)
    {
        var report = Recorded(Changed("optimizer", recorded), Changed("optimizer", declared), s =>
            s with
            {
                Optimizer = new Dictionary<string, double?[]>(),
            }
        );
        Assert.Equal(new TrainingPlace(0, TrainingPhase.Update), report.Groups[0].First.Place);
        Assert.DoesNotContain(report.Groups, g => g.Phase < TrainingPhase.Update);
    }

    [Fact]
    public void Gradients_that_were_not_cleared_are_told()
    {
        var group = Recorded(Changed("clear_gradients", "false"), Usual).Groups[0];
        Assert.Contains(group.Facts, f => f.Kind == FactKind.AddsEarlier);
    }

    [Fact]
    public void Parameters_that_are_not_updated_are_told_with_their_tensors()
    {
        // A bias that keeps its first number.
        double?[]? start = null;
        var report = Recorded(Usual, Usual, s =>
        {
            start ??= s.Parameters;
            return s with { Parameters = [.. s.Parameters!.Select((p, i) => i == 2 ? 0 : p)] };
        });
        var group = report.Groups[0];
        Assert.Equal(new TrainingPlace(0, TrainingPhase.Update), group.First.Place);
        Assert.Equal("0.bias[0]", group.First.Number);
        Assert.Contains(group.Facts, f => f.Kind == FactKind.NotUpdated);
        Assert.Contains(group.Facts, f => f.Kind == FactKind.OnlySomeTensors && f.Text == "only 0.bias");
    }

    [Fact]
    public void A_sum_in_place_of_a_mean_is_told_by_its_ratio()
    {
        var report = Recorded(Changed("loss", """{"kind": "mse_loss", "reduction": "sum"}"""), Usual, s => new PartialStep(s.Step, 0)
        {
            Gradients = s.Gradients,
            Parameters = s.Parameters,
        });
        Assert.Equal(new TrainingPlace(0, TrainingPhase.Backward), report.Groups[0].First.Place);
        Assert.Contains(report.Groups[0].Facts, f => f.Kind == FactKind.ConstantRatio && Math.Abs(f.Number!.Value - 4) < 1e-9);
        Assert.DoesNotContain(report.Groups, g => g.Phase == TrainingPhase.Update);
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(1e-12)]
    public void One_number_that_is_wrong_is_one_mistake(double by)
    {
        var report = Recorded(Usual, Usual, s =>
            s.Step == 3 ? s with { Gradients = [.. s.Gradients!.Select((g, i) => i == 4 ? g * (1 + by) : g)] } : s
        );
        var mistake = Assert.Single(report.Mistakes, m => m.Place.Phase == TrainingPhase.Backward);
        Assert.Equal(3, mistake.Place.Step);
        Assert.Equal("0.weight[1, 1]", mistake.Number);
    }

    /// <summary>A step of a large network takes long.</summary>
    [Fact]
    public void Progress_is_told_within_a_step()
    {
        var one = Changed("steps", "1");
        Recorded(one, one);
        var told = new List<double>();
        Checked.Of(File.ReadAllBytes(_file), told.Add);
        Assert.Equal(told.Order(), told);
        Assert.Equal(1, told[^1]);
        Assert.InRange(told.Count(share => share is > 0 and < 1), 2, int.MaxValue);
    }

    private static void Satisfies(TrainingReport report) =>
        Assert.Empty(s_schema.Faults(CheckJson.Write(new TraceReport("trace.jsonl", "", SuiteFixture.Context.Torch, [], report))));

    private static string Changed(string key, string value, string training = Usual)
    {
        var node = JsonNode.Parse(training)!;
        node[key] = JsonNode.Parse(value);
        return node.ToJsonString();
    }

    private static ITraining Modules(TrainingRun run)
    {
        using var ours = run.Ours();
        return run.Modules(ours.Layout, ours.State.Parameters);
    }

    /// <summary>Records one training and checks it as if it were another.</summary>
    private TrainingReport Recorded(
        string training,
        string declared,
        Func<PartialStep, PartialStep?>? kept = null,
        Func<TrainingRun, ITraining>? side = null
    )
    {
        var run = AnyMlp.Run(TrainingFile.Parse(training, AllParts.Default));
        using (var recorded = side?.Invoke(run) ?? run.Ours())
            OwnTraces.Record(_file, "a test", declared, recorded, run.Steps, kept);
        return Checked.OfFile(_file).Training!;
    }
}
