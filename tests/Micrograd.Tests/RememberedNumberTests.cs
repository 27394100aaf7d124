namespace Micrograd.Tests;

/// <summary>A handle remembers its number; what is assigned to <see cref="Value.Data"/> must be seen all the same, by every handle.</summary>
public class RememberedNumberTests
{
    [Fact]
    public void What_is_assigned_counts_in_the_step_of_the_value()
    {
        using var step = Tape.Current.BeginStep();
        var x = new Value(2);
        var copy = x;
        x.Data = 5;
        var y = copy * copy;
        Assert.Equal(25, y.Data);
        y.Backward();
        Assert.Equal(10, x.Grad);
    }

    [Fact]
    public void What_was_computed_before_an_assignment_stays_and_what_comes_after_has_the_new_number()
    {
        using var step = Tape.Current.BeginStep();
        var x = new Value(2);
        var before = x + 1;
        x.Data = 7;
        var after = x + 1;
        x.Data += 2;
        Assert.Equal([3.0, 8.0, 10.0], new[] { before.Data, after.Data, (x + 1).Data });
    }

    [Fact]
    public void What_is_assigned_inside_a_step_counts_after_it()
    {
        using var tape = new Tape();
        using var scope = tape.Use();
        var w = new Value(2);
        using var outer = tape.BeginStep();
        var x = w * 3;
        using (tape.BeginStep())
        {
            w.Data = 10;
            x.Data = 20;
            Assert.Equal(30, (w + x).Data);
        }

        Assert.Equal(30, (w + x).Data);
        outer.Dispose();
        Assert.Equal(20, (w + w).Data);
    }

    [Fact]
    public void What_is_assigned_counts_after_another_tape_was_current()
    {
        using var tape = new Tape();
        using var scope = tape.Use();
        var x = new Value(2);
        x.Data = 3;
        using (var other = new Tape())
        using (other.Use())
            _ = new Value(1);
        Assert.Equal(4, (x + 1).Data);
    }

    [Fact]
    public void Results_and_constants_can_be_assigned_too()
    {
        using var step = Tape.Current.BeginStep();
        Value constant = 2;
        var x = new Value(3);
        var product = constant * x;
        constant.Data = 10;
        product.Data = 100;
        var sum = product + constant * x;
        Assert.Equal(130, sum.Data);
        sum.Backward();
        Assert.Equal(20, x.Grad); // both products pass by the constant's number as it is now
    }

    [Fact]
    public void Steps_begun_later_trust_their_own_values_again()
    {
        var w = new Value(1);
        for (var i = 1; i <= 3; i++)
        {
            using var step = Tape.Current.BeginStep();
            var y = w * 2;
            w.Data += 1;
            y.Data += 0.5;
            Assert.Equal(2 * i + 0.5 + i + 1, (y + w).Data);
        }
    }

    [Fact]
    public void Handles_are_equal_where_they_mean_the_same_value()
    {
        var x = new Value(2);
        var y = x * 3;
        x.Data = 4;
        Assert.Equal(x, y.Operands[0]);
        Assert.NotEqual(x, new Value(4));
        Assert.Single(new HashSet<Value> { x, y.Operands[0] });
    }
}
