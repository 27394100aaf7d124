namespace Micrograd.Tests;

public class ValueTests
{
    [Fact]
    public void Prints_as_data_and_grad()
    {
        var a = new Value(2);
        (a * 3).Backward();
        Assert.Equal("Value(data=2, grad=3)", a.ToString());
    }

    [Theory]
    [InlineData("n + v", 7.0, 1.0)]
    [InlineData("v + n", 7.0, 1.0)]
    [InlineData("n - v", 3.0, -1.0)]
    [InlineData("v - n", -3.0, 1.0)]
    [InlineData("n * v", 10.0, 5.0)]
    [InlineData("v * n", 10.0, 5.0)]
    [InlineData("n / v", 2.5, -1.25)]
    [InlineData("v / n", 0.4, 0.2)]
    [InlineData("n % v", 1.0, -2.0)]
    public void Takes_plain_numbers_on_both_sides(string expression, double data, double grad)
    {
        var v = new Value(2);
        const int n = 5;
        var result = expression switch
        {
            "n + v" => n + v,
            "v + n" => v + n,
            "n - v" => n - v,
            "v - n" => v - n,
            "n * v" => n * v,
            "v * n" => v * n,
            "n / v" => n / v,
            "v / n" => v / n,
            _ => n % v,
        };
        result.Backward();
        Assert.Equal(data, result.Data);
        Assert.Equal(grad, v.Grad);
    }

    [Fact]
    public void Data_can_be_assigned_on_any_handle()
    {
        Value[] parameters = [new(1), new(2)];
        foreach (var p in parameters)
            p.Data -= 0.5;
        Assert.Equal([0.5, 1.5], parameters.Select(p => p.Data));
    }

    [Fact]
    public void Detached_values_and_constants_have_no_gradient()
    {
        var a = new Value(3);
        var b = (a * a).Detach();
        var c = a * b;
        c.Backward();
        Assert.Equal(9, a.Grad);
        Assert.False(b.RequiresGrad);
        Assert.False(b.HasGrad);
        Assert.False((b + 1).RequiresGrad);
    }

    [Fact]
    public void Backward_from_a_constant_is_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Value.Constant(1).Backward());
        Assert.Contains("gradient", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_and_structure_can_be_read()
    {
        var a = new Value(2, "a");
        var b = new Value(-3) { Label = "b" };
        var c = a * b;
        Assert.Equal("a", a.Label);
        Assert.Equal("mul", c.Op);
        Assert.Equal(["a", "b"], c.Operands.Select(o => o.Label));
        Assert.Null(c.Label);
        Assert.Null(a.Op);
        Assert.Empty(a.Operands);
    }

    [Fact]
    public void Labels_go_with_their_step()
    {
        using var tape = new Tape();
        using var scope = tape.Use();
        var kept = new Value(1, "kept");
        using (tape.BeginStep())
            _ = new Value(2, "dropped");
        using (tape.BeginStep())
            Assert.Null(new Value(3).Label);
        Assert.Equal("kept", kept.Label);
    }

    [Fact]
    public void A_default_value_is_no_value()
    {
        Assert.Throws<StaleValueException>(() => default(Value).Data);
        Assert.Throws<StaleValueException>(() => default(Value) + 1);
        Assert.Equal("Value(stale)", default(Value).ToString());
    }

    [Fact]
    public void A_setting_that_divides_by_zero_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new Value(1).Celu(0));

    [Fact]
    public void The_sum_of_none_is_zero_and_the_mean_of_none_is_nan()
    {
        Assert.Equal(0, Value.Sum().Data);
        Assert.True(double.IsNaN(Value.Mean().Data));
    }
}
