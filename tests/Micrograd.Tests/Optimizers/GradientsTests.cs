namespace Micrograd.Tests.Optimizers;

public sealed class GradientsTests
{
    [Fact]
    public void Normalizing_makes_the_norm_1()
    {
        var (a, b, c) = (new Value(0) { Grad = 3 }, new Value(0) { Grad = -4 }, new Value(0));
        Assert.Equal(5, Gradients.Normalize([a, b, c]));
        Assert.Equal([0.6, -0.8], new[] { a.Grad, b.Grad });
        Assert.False(c.HasGrad);
    }

    [Fact]
    public void Gradients_that_are_0_stay_so()
    {
        var a = new Value(0) { Grad = 0 };
        Assert.Equal(0, Gradients.Normalize([a]));
        Assert.Equal(0, a.Grad);
    }

    [Fact]
    public void Without_gradients_the_norm_is_0()
    {
        Assert.Equal(0, Gradients.ClipByNorm([new Value(1)], 1));
        Assert.Equal(0, Gradients.Norm(new Mlp(2, [1]).NamedParameters));
    }

    [Fact]
    public void Refuses_settings_out_of_range()
    {
        Value[] p = [new(1)];
        Assert.Throws<ArgumentOutOfRangeException>(() => Gradients.ClipByValue(p, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gradients.ClipByNorm(p, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gradients.Norm(p, 0));
    }
}
