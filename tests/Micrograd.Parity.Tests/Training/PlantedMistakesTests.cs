using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Tests.Faults;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Training.Parts.AllParts;

namespace Micrograd.Parity.Tests.Training;

/// <summary>The mistakes people make in training loops, planted into our side: each turns the run red, at its own step and phase.</summary>
public class PlantedMistakesTests
{
    private static readonly TrainingSpec s_right = SmallRun.Spec;

    public static TheoryData<string> Mirrors => [.. Enum.GetNames<MirrorKind>()];

    [Theory]
    [MemberData(nameof(Mirrors))]
    public void Without_a_mistake_the_run_is_green(string mirror) =>
        Assert.NotEqual(Verdict.Mismatch, Context.Compare(AnyMlp.Run(s_right), Enum.Parse<MirrorKind>(mirror)).Verdict);

    [Theory]
    [MemberData(nameof(Mirrors))]
    public void A_learning_rate_off_by_one_percent(string mirror) =>
        Red(mirror, s_right, s_right with { Optimizer = OptimizerOf("sgd", ("lr", 0.05 * 1.01)) }, 0, TrainingPhase.Update, "learning rate");

    [Theory]
    [MemberData(nameof(Mirrors))]
    public void Adam_with_an_epsilon_of_1e_7(string mirror) =>
        Red(
            mirror,
            s_right with
            {
                Optimizer = OptimizerOf("adam", ("lr", 0.01)),
            },
            s_right with
            {
                Optimizer = OptimizerOf("adam", ("lr", 0.01), ("eps", 1e-7)),
            },
            0,
            TrainingPhase.Update,
            "0.weight[0, 0]"
        );

    [Theory]
    [MemberData(nameof(Mirrors))]
    public void AdamW_for_Adam_with_weight_decay(string mirror) =>
        Red(
            mirror,
            s_right with
            {
                Optimizer = OptimizerOf("adam", ("lr", 0.01), ("weight_decay", 0.01)),
            },
            s_right with
            {
                Optimizer = OptimizerOf("adamw", ("lr", 0.01), ("weight_decay", 0.01)),
            },
            0,
            TrainingPhase.Update,
            "0.weight[0, 0]"
        );

    [Theory]
    [MemberData(nameof(Mirrors))]
    public void A_mean_for_a_sum(string mirror) => Red(mirror, s_right, s_right with { Loss = LossOf("mse_loss") }, 0, TrainingPhase.Loss, "loss");

    [Theory]
    [MemberData(nameof(Mirrors))]
    public void Nesterov_off(string mirror) =>
        Red(
            mirror,
            s_right with
            {
                Optimizer = OptimizerOf("sgd", ("lr", 0.02), ("momentum", 0.9), ("nesterov", true)),
            },
            s_right with
            {
                Optimizer = OptimizerOf("sgd", ("lr", 0.02), ("momentum", 0.9)),
            },
            0,
            TrainingPhase.Update,
            "0.weight[0, 0]"
        );

    [Theory]
    [MemberData(nameof(Mirrors))]
    public void Clipping_by_value_for_clipping_by_norm(string mirror) =>
        Red(
            mirror,
            s_right with
            {
                Clip = ClipOf("norm", ("max_norm", 0.5)),
            },
            s_right with
            {
                Clip = ClipOf("value", ("limit", 0.5)),
            },
            0,
            TrainingPhase.Clip,
            "0.weight[0, 0]"
        );

    [Theory]
    [MemberData(nameof(Mirrors))]
    public void A_bias_left_out_of_the_update(string mirror) =>
        Red(mirror, s_right, Ours(updates: (model, optimizer, _) => WithoutBiases(model, optimizer)), 0, TrainingPhase.Update, "0.bias[0]");

    [Theory]
    [MemberData(nameof(Mirrors))]
    public void Gradients_not_cleared_at_one_step_of_200(string mirror) =>
        Red(mirror, s_right with { Steps = 200 }, Ours(clears: step => step != 137), 137, TrainingPhase.Backward, "0.weight[0, 0]");

    [Fact]
    public void In_lockstep_one_wrong_step_is_one_wrong_number_and_running_free_it_spreads()
    {
        var run = AnyMlp.Run(s_right) with { Ours = Ours(updates: NudgingOnce(step: 5)) };

        var lockstep = Context.Compare(run, MirrorKind.ZeroDim, lockstep: true);
        var free = Context.Compare(run, MirrorKind.ZeroDim);

        Assert.Equal(1, lockstep.Counts.Mismatch);
        Assert.Equal(new TrainingPlace(5, TrainingPhase.Update), lockstep.Failures[0].Place);
        Assert.Equal(new TrainingPlace(5, TrainingPhase.Update), free.Failures[0].Place);
        Assert.True(free.Counts.Mismatch > 100);
    }

    private static void Red(string mirror, TrainingSpec right, TrainingSpec wrong, int step, TrainingPhase phase, string quantity) =>
        Red(mirror, right, AnyMlp.Run(wrong).Ours, step, phase, quantity);

    private static void Red(string mirror, TrainingSpec right, Func<ITraining> wrong, int step, TrainingPhase phase, string quantity)
    {
        var result = Context.Compare(AnyMlp.Run(right) with { Ours = wrong }, Enum.Parse<MirrorKind>(mirror));

        Assert.Equal(Verdict.Mismatch, result.Verdict);
        var first = result.Failures[0];
        Assert.Equal(new TrainingPlace(step, phase), first.Place);
        Assert.Equal(quantity, first.Node);
        Assert.StartsWith($"step {step}, {first.Place!.PhaseName}: ", first.ToString(), StringComparison.Ordinal);
        Assert.Contains(quantity, first.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The right loop, with a place for mistakes that no setting makes.</summary>
    private static Func<ITraining> Ours(Func<int, bool>? clears = null, Action<Mlp, Optimizer, int>? updates = null) =>
        () =>
            new MicrogradTraining(() =>
            {
                var data = Datasets.FourPoints();
                var model = new Mlp(3, [4, 4, 1], Activation.Tanh, Activation.Tanh, init: Initializer.Uniform(new PythonRandom(1337), bias: true));
                var optimizer = new Sgd(model.Parameters, 0.05);
                return new OursRun(model, optimizer, step =>
                {
                    var outputs = Enumerable
                        .Range(0, data.Count)
                        .Select(i => model.Forward(Array.ConvertAll(data.Input(i).ToArray(), x => (Value)x))[0])
                        .ToArray();
                    var loss = Loss.SquaredError(outputs, data.Targets, Reduction.Sum);
                    if (clears?.Invoke(step.Number) != false)
                        model.ZeroGrad();
                    loss.Backward();
                    step.Backward(outputs, loss);
                    if (updates is null)
                        optimizer.Step();
                    else
                        updates(model, optimizer, step.Number);
                });
            });

    private static void WithoutBiases(Mlp model, Optimizer optimizer)
    {
        var biases = model.NamedParameters.Where(p => p.Name.EndsWith("bias", StringComparison.Ordinal)).SelectMany(p => p.Values).ToArray();
        var kept = Array.ConvertAll(biases, b => b.Data);
        optimizer.Step();
        for (var i = 0; i < biases.Length; i++)
            biases[i].Data = kept[i];
    }

    private static Action<Mlp, Optimizer, int> NudgingOnce(int step) =>
        (model, optimizer, now) =>
        {
            optimizer.Step();
            if (now != step)
                return;
            var parameter = model.Parameters[7];
            parameter.Data = Math.BitIncrement(parameter.Data);
        };
}
