namespace Micrograd.Tests;

public class BackwardTests
{
    [Fact]
    public void Gradients_add_up_over_calls_and_do_not_leak_from_one_into_the_next()
    {
        var x = new Value(3);
        var y = x * x * x;
        y.Backward();
        Assert.Equal(27, x.Grad);
        y.Backward();
        Assert.Equal(54, x.Grad); // 72 if the gradient of x·x had leaked
        y.Backward();
        Assert.Equal(81, x.Grad);
    }

    [Fact]
    public void A_second_pass_adds_its_total_to_the_leaf()
    {
        // (g1) + (s1 + s2), not ((g1 + s1) + s2): with these numbers the two round differently.
        var x = new Value(1);
        (x * 1e16).Backward();
        (x * 1.0 + x * 1.0).Backward();
        Assert.Equal(1e16 + 2, x.Grad);
        Assert.NotEqual(1e16 + 1.0 + 1.0, x.Grad);
    }

    [Fact]
    public void Cleared_gradients_start_anew()
    {
        var x = new Value(3);
        (x * x).Backward();
        x.ZeroGrad();
        Assert.Equal(0, x.Grad);
        Assert.False(x.HasGrad);
        (x * x).Backward();
        Assert.Equal(6, x.Grad);
    }

    [Fact]
    public void Clearing_a_tape_clears_every_gradient()
    {
        using var tape = new Tape();
        using var scope = tape.Use();
        var x = new Value(3);
        var y = x * x;
        (y * 2).Backward();
        tape.ZeroGrad();
        Assert.False(x.HasGrad);
        Assert.False(y.HasGrad);
    }

    [Fact]
    public void The_first_share_is_stored_so_that_negative_zero_keeps_its_sign()
    {
        var x = new Value(1);
        (x * -0.0).Backward();
        Assert.True(double.IsNegative(x.Grad));
    }

    [Fact]
    public void What_the_root_does_not_reach_is_not_visited()
    {
        var x = new Value(0);
        var dead = x.Log(); // −∞, with an infinite derivative
        var y = x + 1;
        y.Backward();
        Assert.Equal(1, x.Grad);
        Assert.False(dead.HasGrad);
    }

    [Fact]
    public void The_upstream_gradient_scales_the_rest()
    {
        var x = new Value(2);
        (x * x).Backward(-0.5);
        Assert.Equal(-2, x.Grad);
    }

    [Fact]
    public void A_gradient_can_be_set_and_is_added_to()
    {
        var x = new Value(2);
        x.Grad = 10;
        (x * x).Backward();
        Assert.Equal(14, x.Grad);
    }

    [Fact]
    public void A_gradient_of_nan_counts_as_a_gradient()
    {
        var x = new Value(2);
        (x * 2).Backward(double.NaN);
        Assert.True(x.HasGrad);
        Assert.True(double.IsNaN(x.Grad));
    }

    [Fact]
    public void Negative_zero_is_a_gradient_whether_set_as_upstream_or_by_an_operand()
    {
        var x = new Value(2);
        (x * 1).Backward(-0.0);
        Assert.True(x.HasGrad);
        var y = new Value(1);
        y.Grad = -0.0;
        Assert.True(y.HasGrad);
        var z = new Value(3);
        (z * new Value(-0.0)).Backward();
        Assert.True(z.HasGrad);
        Assert.All(new[] { x, y, z }, v => Assert.True(double.IsNegative(v.Grad)));
        y.ZeroGrad();
        Assert.False(y.HasGrad);
    }

    [Fact]
    public void A_million_nodes_deep_is_no_recursion()
    {
        using var tape = new Tape();
        using var scope = tape.Use();
        var x = new Value(1);
        var y = x;
        for (var i = 0; i < 1_000_000; i++)
            y += x;
        y.Backward();
        Assert.Equal(1_000_001, y.Data);
        Assert.Equal(1_000_001, x.Grad);
    }

    [Fact]
    public void Ten_million_nodes_fit_into_400_megabytes()
    {
        var before = ResidentBytes();
        using var tape = new Tape();
        using var scope = tape.Use();
        var x = new Value(0.02);
        var (a, b) = (new Value(1.00001), new Value(1e-7));
        var y = x;
        for (var i = 0; i < 5_000_000; i++)
            y = y * a + b;
        y.Backward();
        Assert.Equal(10_000_003, tape.Count);
        Assert.True(x.Grad > 1);
        Assert.InRange(ResidentBytes() - before, 0, 400_000_000);
    }

    private static long ResidentBytes()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
