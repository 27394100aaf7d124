namespace Micrograd.Tests.Optimizers;

/// <summary>What the comparison with PyTorch does not cover: settings, states by name, parameters without gradient.</summary>
public sealed class OptimizerTests
{
    [Fact]
    public void States_have_PyTorchs_names()
    {
        Value[] p = [new(1)];
        Assert.Equal([], Names(new Sgd(p, 0.1)));
        Assert.Equal(["momentum_buffer"], Names(new Sgd(p, 0.1, 0.9)));
        Assert.Equal(["exp_avg", "exp_avg_sq"], Names(new Adam(p)));
        Assert.Equal(["exp_avg", "exp_avg_sq", "max_exp_avg_sq"], Names(new AdamW(p, amsgrad: true)));
        Assert.Equal(["square_avg", "grad_avg", "momentum_buffer"], Names(new RmsProp(p, momentum: 0.9, centered: true)));
        Assert.Equal(["sum"], Names(new Adagrad(p)));
    }

    [Fact]
    public void A_state_is_what_its_formula_says()
    {
        var p = new Value(1);
        var adam = new Adam([p], beta1: 0.5, beta2: 0.75);
        foreach (var gradient in new[] { 2.0, 4.0 })
        {
            p.Grad = gradient;
            adam.Step();
        }

        Assert.Equal(2.5, adam.States[0].Values[0]); // 2 · 0.5 · 0.5 + 4 · 0.5
        Assert.Equal(4.75, adam.States[1].Values[0]); // 4 · 0.25 · 0.75 + 16 · 0.25
        Assert.Equal(2, adam.StepsOf(0));
    }

    [Fact]
    public void A_parameter_without_gradient_is_left_alone()
    {
        Value[] p = [new(1), new(1)];
        var adamW = new AdamW(p, weightDecay: 0.5);
        p[0].Grad = 1;
        adamW.Step();
        Assert.NotEqual(1, p[0].Data);
        Assert.Equal(1, p[1].Data);
        Assert.Equal([1, 0], new[] { adamW.StepsOf(0), adamW.StepsOf(1) });
        Assert.Equal(0, adamW.States[0].Values[1]);
    }

    [Fact]
    public void Maximizing_climbs()
    {
        var p = new Value(1) { Grad = 2 };
        new Sgd([p], 0.25, maximize: true).Step();
        Assert.Equal(1.5, p.Data);
    }

    [Fact]
    public void ZeroGrad_forgets_the_gradients()
    {
        var p = new Value(1) { Grad = 2 };
        new Sgd([p], 0.25).ZeroGrad();
        Assert.False(p.HasGrad);
    }

    [Fact]
    public void Refuses_settings_out_of_range()
    {
        Value[] p = [new(1)];
        Assert.Throws<ArgumentException>(() => new Sgd([], 0.1));
        Assert.Throws<ArgumentException>(() => new Sgd([Value.Constant(1)], 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(p, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(p, 0.1, -1));
        Assert.Throws<ArgumentException>(() => new Sgd(p, 0.1, nesterov: true));
        Assert.Throws<ArgumentException>(() => new Sgd(p, 0.1, 0.9, 0.1, nesterov: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(p, beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW(p, epsilon: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp(p, alpha: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adagrad(p, initialSum: -1));
    }

    private static IEnumerable<string> Names(Optimizer optimizer) => optimizer.States.Select(state => state.Name);
}
