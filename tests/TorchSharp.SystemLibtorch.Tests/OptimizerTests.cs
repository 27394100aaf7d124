using TorchSharp.Modules;

namespace TorchSharp.SystemLibtorch.Tests;

public class OptimizerTests
{
    private const double Lr = 0.1;

    // p = 2, gradient 3; each step written out by hand.
    [Theory]
    [InlineData("SGD", 1.7)]
    [InlineData("SGD weight decay", 1.66)]
    [InlineData("SGD momentum, 2 steps", 1.13)]
    [InlineData("SGD nesterov", 1.43)]
    [InlineData("Adam", 2 - Lr * 3 / (3 + 1e-8))]
    [InlineData("AdamW", 1.98 - Lr * 3 / (3 + 1e-8))]
    [InlineData("RMSProp", 2 - Lr * 3 / (0.3 + 1e-8))]
    [InlineData("Adagrad", 2 - Lr * 3 / (3 + 1e-10))]
    public void A_step_is_the_one_computed_by_hand(string name, double expected)
    {
        using var scope = NewDisposeScope();
        var p = nn.Parameter(tensor(2.0));
        using optim.Optimizer optimizer = name.Split(' ')[0] switch
        {
            "SGD" when name.Contains("decay", StringComparison.Ordinal) => optim.SGD([p], Lr, weight_decay: 0.2),
            "SGD" when name.Contains("momentum", StringComparison.Ordinal) => optim.SGD([p], Lr, momentum: 0.9),
            "SGD" when name.Contains("nesterov", StringComparison.Ordinal) => optim.SGD([p], Lr, momentum: 0.9, nesterov: true),
            "SGD" => optim.SGD([p], Lr),
            "Adam" => optim.Adam([p], Lr),
            "AdamW" => optim.AdamW([p], Lr, weight_decay: 0.1),
            "RMSProp" => optim.RMSProp([p], Lr),
            _ => optim.Adagrad([p], Lr),
        };
        var steps = name.Contains("2 steps", StringComparison.Ordinal) ? 2 : 1;
        for (var i = 0; i < steps; i++)
        {
            optimizer.zero_grad();
            (p * 3).backward();
            optimizer.step();
        }
        Near.Assert(expected, p.item<double>());
    }

    [Fact]
    public void Clearing_sets_gradients_to_zero()
    {
        using var scope = NewDisposeScope();
        var p = nn.Parameter(tensor(2.0));
        using var optimizer = optim.SGD([("p", p)], Lr);
        (p * 3).backward();
        optimizer.zero_grad();
        Assert.Equal(0, p.grad!.item<double>());
        Assert.Same(p, Assert.Single(optimizer.parameters()));
    }

    [Fact]
    public void A_closure_gives_the_loss()
    {
        using var scope = NewDisposeScope();
        var p = nn.Parameter(tensor(2.0));
        using var optimizer = optim.SGD([p], Lr);
        var loss = optimizer.step(() =>
        {
            var value = p * p;
            value.backward();
            return value;
        });
        Assert.Equal(4, loss!.item<double>());
        Near.Assert(1.6, p.item<double>());
    }

    [Fact]
    public void Options_are_read_and_written()
    {
        using var scope = NewDisposeScope();
        var p = nn.Parameter(tensor(2.0));
        using var sgd = optim.SGD([p], Lr, momentum: 0.5);
        using var adam = optim.Adam([p], Lr, 0.8, 0.9);
        sgd.Momentum = 0.7;
        adam.Betas = (0.6, adam.Betas.Item2);
        Assert.Equal(0.7, sgd.Momentum);
        Assert.Equal((0.6, 0.9), adam.Betas);
        foreach (var group in sgd.ParamGroups)
            group.LearningRate = 1;
        (p * 3).backward();
        sgd.step();
        Near.Assert(-1, p.item<double>());
        Assert.Throws<NotSupportedException>(() => optim.SGD([p], Lr, maximize: true));
    }

    [Theory]
    [InlineData("StepLR", new[] { 1, 1, 0.1, 0.1 })]
    [InlineData("ExponentialLR", new[] { 1, 0.5, 0.25, 0.125 })]
    [InlineData("LambdaLR", new[] { 1, 0.5, 1 / 3.0, 0.25 })]
    [InlineData("CosineAnnealingLR", new[] { 1, 0.75, 0.25, 0 })]
    public void Schedules_set_the_rate_of_each_epoch(string name, double[] expected)
    {
        using var scope = NewDisposeScope();
        using var optimizer = optim.SGD([nn.Parameter(tensor(2.0))], 1);
        var schedule = name switch
        {
            "StepLR" => optim.lr_scheduler.StepLR(optimizer, 2),
            "ExponentialLR" => optim.lr_scheduler.ExponentialLR(optimizer, 0.5),
            "LambdaLR" => optim.lr_scheduler.LambdaLR(optimizer, epoch => 1.0 / (epoch + 1)),
            _ => optim.lr_scheduler.CosineAnnealingLR(optimizer, 3),
        };
        foreach (var rate in expected)
        {
            Assert.Equal(rate, optimizer.ParamGroups.Single().LearningRate, 12);
            schedule.step();
        }
    }
}
