using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Matching;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>
/// One number of a right trace is moved by a share of its greatest gradient: that is a mistake wherever it stands, and for every activation, loss and
/// op. A bound so wide that it holds such a number would call a wrong engine right.
/// </summary>
public class SoundnessTests
{
    private const int Draws = 200;

    private static readonly OpCatalogue s_ops = ParitySuite.Default.Ops;
    private static readonly double[] s_shares = [1e-3, 1e-2, 1e-1];

    public static TheoryData<string> Activations => [.. AllParts.Default.Activations];

    public static TheoryData<string> Losses => [.. AllParts.Default.Loss.Rows.Keys];

    public static TheoryData<string> Optimizers => [.. AllParts.Default.Optimizer.Rows.Keys];

    public static TheoryData<string> Ops => [.. s_ops.All.Select(o => o.Name)];

    [Theory]
    [MemberData(nameof(Activations))]
    public void A_moved_number_of_a_training_run_with_an_activation_is_a_mistake(string activation) =>
        Moved(Training(activation, activation == "softmax" ? "tanh" : "linear", "mse_loss"), activation);

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_moved_number_of_a_training_run_with_a_loss_is_a_mistake(string loss) =>
        Moved(Training("relu", loss == "binary_cross_entropy" ? "sigmoid" : "linear", loss), loss);

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_moved_number_of_a_training_run_with_an_optimizer_is_a_mistake(string optimizer) =>
        Moved(Training("tanh", "linear", "mse_loss", $$"""{"kind": "{{optimizer}}", "lr": 0.05}"""), optimizer);

    [Theory]
    [InlineData("""{"kind": "norm", "max_norm": 0.1}""")]
    [InlineData("""{"kind": "norm", "max_norm": 100}""")]
    [InlineData("""{"kind": "value", "limit": 0.05}""")]
    public void A_moved_number_of_a_training_run_with_clipping_is_a_mistake(string clip) =>
        Moved(Training("tanh", "linear", "mse_loss", clip: clip), clip);

    [Theory]
    [MemberData(nameof(Ops))]
    public void A_moved_number_of_a_graph_with_an_op_is_a_mistake(string name)
    {
        var program = OpFaultPoints.Program(s_ops[name], OpFaultPoints.Of(s_ops[name]));
        var trace = GraphTraces.Create(program, new MicrogradBackend(s_ops).Run(program, program.DefaultInput), program.Passes[0].Upstream, s_ops);
        var greatest = trace.Nodes.Max(n => Math.Abs(n.Gradient ?? 0));
        var random = new SeededRandom(7);
        var check = new GraphCheck(s_ops, isFloat32: false);
        Assert.Empty(check.Check(trace).Mistakes);
        for (var i = 0; i < Draws; i++)
        {
            var by = s_shares[i % s_shares.Length] * greatest * (i % 2 == 0 ? 1 : -1);
            var node = random.Next(trace.Nodes.Count);
            var old = trace.Nodes[node];
            var isValue = old.Op is not null && random.Next(2) == 0;
            if (!isValue && old.Gradient is null)
                continue;
            var moved = isValue
                ? trace.Nodes.With(value: n => n.Index == node ? n.Value + by : n.Value)
                : trace.Nodes.With(gradient: n => n.Index == node ? n.Gradient + by : n.Gradient);
            if (isValue ? moved[node].Value.Equals(old.Value) : moved[node].Gradient.Equals(old.Gradient))
                continue;
            var report = check.Check(trace with { Nodes = moved });
            Assert.True(report.Mistakes.Count > 0, $"{name}: {old} of value {old.Value} and gradient {old.Gradient} may be {by} off");
        }
    }

    private static TrainingSpec Training(
        string hidden,
        string last,
        string loss,
        string optimizer = """{"kind": "sgd", "lr": 0.05, "momentum": 0.9}""",
        string clip = ""
    )
    {
        var outputs = loss is "cross_entropy" or "nll_loss" ? 3 : 1;
        var targets = loss switch
        {
            "cross_entropy" or "nll_loss" => "[[0], [1], [2], [1], [0]]",
            "hinge" => "[[1], [-1], [1], [1], [-1]]",
            "binary_cross_entropy" or "binary_cross_entropy_with_logits" => "[[1], [0], [1], [1], [0]]",
            _ => "[[0.5], [-0.25], [1.5], [0.1], [-0.9]]",
        };
        return TrainingFile.Parse(
            $$"""
            {"sizes": [2, 4, 3, {{outputs}}], "activations": ["{{hidden}}", "{{hidden}}", "{{last}}"], "loss": "{{loss}}", "init": {"kind": "uniform", "bias": true},
             "data": {"kind": "inline", "inputs": [[0.5, -1.2], [1.5, 0.3], [-0.7, 0.9], [-1.1, -0.4], [0.2, 2.1]], "targets": {{targets}}},
             "optimizer": {{optimizer}}, {{(clip.Length > 0 ? $"\"clip\": {clip}," : "")}} "steps": 2, "seed": 3}
            """,
            AllParts.Default
        );
    }

    private static void Moved(TrainingSpec spec, string name)
    {
        var run = AnyMlp.Run(spec);
        using var engine = run.Ours();
        var start = engine.State.Parameters;
        using var modules = run.Modules(engine.Layout, start);
        foreach (var side in new[] { engine, modules })
        {
            List<PartialStep> steps = [.. Enumerable.Range(0, spec.Steps).Select(k => PartialStep.Whole(k, side.Advance()))];
            var trace = new TrainingTrace(spec, run, engine.Layout, start, steps);
            Assert.Empty(TrainingCheck.Check(trace, s_ops, isFloat32: false).Mistakes);
            var greatest = steps.Max(s => s.Gradients!.Max(g => Math.Abs(g ?? 0)));
            var random = new SeededRandom(11);
            for (var i = 0; i < Draws / 2; i++)
            {
                var by = s_shares[i % s_shares.Length] * greatest * (i % 2 == 0 ? 1 : -1);
                var step = random.Next(steps.Count);
                var (moved, what) = Move(steps[step], by, random);
                var report = TrainingCheck.Check(trace with { Steps = [.. steps.Take(step), moved] }, s_ops, isFloat32: false);
                Assert.True(report.Mistakes.Count > 0, $"{name}: {what} of step {step} may be {by} off");
            }
        }
    }

    /// <summary>Moves one number of a step, and leaves out what follows from it.</summary>
    private static (PartialStep Step, string What) Move(PartialStep step, double by, SeededRandom random)
    {
        var (moved, name) = random.Next(6) switch
        {
            0 => (new PartialStep(step.Step, 0) { Outputs = Moved(step.Outputs!, out var what) }, $"output {what}"),
            1 => (new PartialStep(step.Step, 0) { Outputs = step.Outputs, Loss = step.Loss + by }, "the loss"),
            2 => (step with { Parameters = Moved(step.Parameters!, out var what) }, $"parameter {what}"),
            3 when step.Optimizer.Keys.FirstOrDefault(k => k != "step") is { } state => (
                step with
                {
                    Optimizer = new Dictionary<string, double?[]> { [state] = Moved(step.Optimizer[state], out var what) },
                },
                $"{state} {what}"
            ),
            _ => (
                new PartialStep(step.Step, 0)
                {
                    Outputs = step.Outputs,
                    Loss = step.Loss,
                    Gradients = Moved(step.Gradients!, out var what),
                },
                $"gradient {what}"
            ),
        };
        return (moved, name);

        T[] Moved<T>(T[] numbers, out int at)
        {
            var chosen = at = random.Next(numbers.Length);
            return [.. numbers.Select((x, i) => i == chosen ? (T)(object)(Convert.ToDouble(x ?? (object)0.0, null) + by) : x)];
        }
    }
}
