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

    [Fact]
    public void What_an_earlier_pass_reached_by_negative_zero_is_a_dead_branch_in_the_next()
    {
        var x = new Value(2);
        var y = x * 3;
        var dead = y * double.PositiveInfinity; // −0 times this would be NaN
        dead.Backward(-0.0);
        Assert.True(double.IsNaN(y.Grad));
        Tape.Current.ZeroGrad();
        (y * -0.0).Backward();
        (x * 5).Backward();
        Assert.False(dead.HasGrad);
        Assert.True(y.HasGrad);
        Assert.Equal(5, x.Grad);
    }

    /// <summary>However far apart they are: the passes' roots are this many leaves from each other.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(40)]
    [InlineData(1000)]
    public void A_pass_from_an_older_root_leaves_what_younger_ones_have(int apart)
    {
        var leaves = Array.ConvertAll(new double[apart + 1], x => new Value(x));
        leaves[^1].Backward(-0.0);
        leaves[0].Backward(-0.0);
        leaves[0].Backward(1);
        Assert.All(leaves[1..^1], x => Assert.False(x.HasGrad));
        Assert.True(leaves[^1].HasGrad);
        Assert.Equal(1, leaves[0].Grad);
        Tape.Current.ZeroGrad();
        Assert.All(leaves, x => Assert.False(x.HasGrad));
    }

    /// <summary>Each op by itself, its operands apart and just before, with an upstream gradient and numbers that make the shares −0.</summary>
    [Fact]
    public void Whatever_passes_negative_zero_on_every_operand_has_it()
    {
        (string Name, Func<Value, Value, Value> Op)[] ops =
        [
            ("add", (a, b) => a + b),
            ("mul", (a, b) => a * b),
            ("sub", (a, b) => a - b),
            ("div", (a, b) => a / b),
            ("neg", (a, _) => -a),
            ("tanh", (a, _) => a.Tanh()),
            ("relu", (a, _) => a.Relu()),
            ("square", (a, _) => a.Pow(2)),
            ("cube", (a, _) => a.Pow(3)),
            ("reciprocal", (a, _) => a.Pow(-1)),
            ("exp", (a, _) => a.Exp()),
            ("max", (a, b) => a.Maximum(b)),
        ];
        foreach (var (name, op) in ops)
        {
            foreach (var upstream in new[] { -0.0, 0.0, 5e-324, -5e-324 })
            {
                foreach (var gap in new[] { 0, 1, 2 })
                {
                    var a = new Value(0.25);
                    if (gap == 2)
                        _ = new Value(1);
                    var b = new Value(-0.25);
                    if (gap == 1)
                        _ = new Value(1);
                    var y = op(a, b);
                    y.Backward(upstream);
                    Assert.True(a.HasGrad, $"{name}, {upstream}, {gap}");
                    Assert.True(b.HasGrad == y.Operands.Count > 1, $"{name}, {upstream}, {gap}");
                }
            }
        }
    }
}
