namespace Micrograd.Tests;

/// <summary>No gradient, 0 and −0 are three things, whichever way a pass came by them.</summary>
public class ZeroGradientTests
{
    [Fact]
    public void A_leaf_reached_by_negative_zero_alone_has_a_gradient()
    {
        using var step = Tape.Current.BeginStep();
        var (reached, unused) = (new Value(1), new Value(1));
        (reached * -0.0).Backward();
        Assert.True(reached.HasGrad);
        Assert.True(double.IsNegative(reached.Grad));
        Assert.False(unused.HasGrad);
        Assert.False(double.IsNegative(unused.Grad));
    }

    [Fact]
    public void A_result_reached_by_negative_zero_alone_passes_it_on()
    {
        using var step = Tape.Current.BeginStep();
        var x = new Value(2);
        var y = x * 3;
        var dead = x.Log() * double.PositiveInfinity; // −0 times this would be NaN
        (y * -0.0).Backward();
        Assert.True(y.HasGrad);
        Assert.Equal("-0", x.Grad.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.False(dead.HasGrad);
    }

    [Fact]
    public void An_upstream_gradient_of_negative_zero_counts()
    {
        using var step = Tape.Current.BeginStep();
        var x = new Value(2);
        var y = x + 1;
        y.Backward(-0.0);
        Assert.True(y.HasGrad);
        Assert.True(x.HasGrad);
        Assert.True(double.IsNegative(x.Grad));
    }

    [Fact]
    public void Negative_zero_plus_zero_is_zero()
    {
        using var step = Tape.Current.BeginStep();
        var x = new Value(2);
        (x * -0.0 + x * 0.0).Backward();
        Assert.True(x.HasGrad);
        Assert.False(double.IsNegative(x.Grad));
    }

    [Fact]
    public void Clearing_a_negative_zero_leaves_none()
    {
        var x = new Value(2);
        (x * -0.0).Backward();
        x.ZeroGrad();
        Assert.False(x.HasGrad);
        x.Grad = -0.0;
        Assert.True(x.HasGrad);
        Assert.True(double.IsNegative(x.Grad));
        Tape.Current.ZeroGrad();
        Assert.False(x.HasGrad);
    }

    [Fact]
    public void A_second_pass_that_does_not_reach_it_leaves_it()
    {
        using var step = Tape.Current.BeginStep();
        var (x, y) = (new Value(2), new Value(3));
        (x * -0.0).Backward();
        (y * 2).Backward();
        Assert.True(x.HasGrad);
        Assert.True(double.IsNegative(x.Grad));
        (x * 4).Backward();
        Assert.Equal(4, x.Grad);
    }

    [Fact]
    public void What_a_step_left_is_not_found_by_the_next()
    {
        using var tape = new Tape();
        using var scope = tape.Use();
        var w = new Value(1);
        using (tape.BeginStep())
            (new Value(2) * -0.0).Backward();
        using (tape.BeginStep())
            Assert.False(new Value(2).HasGrad);
        Assert.False(w.HasGrad);
    }
}
