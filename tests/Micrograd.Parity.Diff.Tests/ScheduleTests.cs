using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests;

/// <summary>Options that change from step to step, and losses that are more than the model's output.</summary>
public sealed class ScheduleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("schedules-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Updates_are_judged_by_the_options_of_their_step()
    {
        var run = Sgd with { BeforeStep = Cycles };
        Assert.Equal([], Compare(run with { Dtype = ScalarType.Float64 }, run).Findings);
    }

    [Fact]
    public void Betas_that_a_schedule_changes_are_those_of_the_step()
    {
        var run = new SmallRun { BeforeStep = Cycles, Prepare = SmallRun.Alike };
        Assert.Equal([], Compare(run with { Dtype = ScalarType.Float64 }, run).Findings);
    }

    [Fact]
    public void An_option_that_the_port_keeps_is_a_setting()
    {
        var first = Compare(Sgd with { BeforeStep = Cycles }, Sgd).Findings[0];
        Assert.Equal((Stage.Settings, 1, "another-schedule"), (first.Stage, first.Step, Assert.Single(first.Causes).Name));
        Assert.Equal("momentum of step 1 is 0.8 in the original and 0.9 in the port", first.What);
    }

    [Fact]
    public void A_wrong_update_is_found_beside_a_schedule()
    {
        var wrong = Sgd with
        {
            BeforeStep = (model, optimizer, step) =>
            {
                Cycles(model, optimizer, step);
                if (step == 2)
                    Shift(model);
            },
        };
        var first = Compare(Sgd with { BeforeStep = Cycles }, wrong).Findings[0];
        Assert.Equal((Stage.Clipping, 2, "fc1.weight"), (first.Stage, first.Step, first.Name));

        static void Shift(nn.Module model) => model.parameters().First().grad!.add_(0.01);
    }

    [Fact]
    public void A_penalty_that_both_sides_add_is_no_difference()
    {
        var run = Penalized(1e-3);
        Assert.Equal([], Compare(run with { Dtype = ScalarType.Float64 }, run).Findings);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2e-3)]
    public void A_penalty_that_differs_is_found(double factor)
    {
        var result = Compare(Penalized(1e-3), Penalized(factor));
        Assert.Equal((DiffVerdict.Parted, 0), (result.Verdict, result.Findings[0].Step));
    }

    private static SmallRun Sgd { get; } = new() { Optimizer = parameters => optim.SGD(parameters, 0.05, momentum: 0.9), Prepare = SmallRun.Alike };

    private static SmallRun Penalized(double factor)
    {
        nn.Module? model = null;
        return Sgd with
        {
            Prepare = made =>
            {
                SmallRun.Alike(made);
                model = made;
            },
            Loss = (output, targets) =>
                factor == 0
                    ? nn.functional.mse_loss(output, targets)
                    : nn.functional.mse_loss(output, targets)
                        + model!.parameters().Aggregate(zeros(1).sum(), (sum, p) => sum + p.pow(2).sum()) * factor,
        };
    }

    /// <summary>Takes 0.1 off the momentum, or the first beta, before each step but the first.</summary>
    private static void Cycles(nn.Module model, optim.Optimizer optimizer, int step)
    {
        if (step == 0)
            return;
        foreach (var group in optimizer.ParamGroups)
        {
            if (group is optim.IMomentum momentum)
                momentum.Momentum -= 0.1;
            else if (group is optim.IBetas betas)
                betas.Betas = (betas.Betas.Item1 - 0.1, betas.Betas.Item2);
        }
    }

    private DiffResult Compare(SmallRun original, SmallRun port) =>
        Diffs.Of(original.Record(Path.Combine(_folder, "original")), port.Record(Path.Combine(_folder, "port")));
}
