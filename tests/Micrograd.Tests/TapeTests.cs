namespace Micrograd.Tests;

public class TapeTests
{
    [Fact]
    public void A_handle_that_outlived_its_step_raises_an_error_in_every_use()
    {
        Value old;
        using (Tape.Current.BeginStep())
            old = new Value(1);
        using var step = Tape.Current.BeginStep();
        _ = new Value(2); // takes the room of the old value
        Assert.Throws<StaleValueException>(() => old.Data);
        Assert.Throws<StaleValueException>(() => old.Data = 5);
        Assert.Throws<StaleValueException>(() => old.Grad);
        Assert.Throws<StaleValueException>(() => old.Grad = 5);
        Assert.Throws<StaleValueException>(() => old.HasGrad);
        Assert.Throws<StaleValueException>(() => old.Label);
        Assert.Throws<StaleValueException>(() => old.Operands);
        Assert.Throws<StaleValueException>(() => old.Backward());
        Assert.Throws<StaleValueException>(() => old.ZeroGrad());
        Assert.Throws<StaleValueException>(() => old + 1);
        Assert.Throws<StaleValueException>(() => 1 + old);
        Assert.Throws<StaleValueException>(() => old.Tanh());
        Assert.Throws<StaleValueException>(() => old.LeakyRelu());
        Assert.Throws<StaleValueException>(() => Value.Sum(old, old));
        Assert.Equal("Value(stale)", old.ToString());
    }

    [Fact]
    public void Assigning_to_a_value_whose_step_has_ended_writes_nowhere()
    {
        using var tape = new Tape();
        using var scope = tape.Use();
        Value[] old = [];
        using (tape.BeginStep())
            old = [new Value(1), Value.Constant(2)];
        using var step = tape.BeginStep();
        Value[] now = [new Value(3), Value.Constant(4)]; // in the room of the old ones
        foreach (var value in old)
        {
            Assert.Throws<StaleValueException>(() => value.Data = 5);
            Assert.Throws<StaleValueException>(() => value.Data -= 0.1);
        }

        Assert.Equal([3.0, 4.0], Array.ConvertAll(now, v => v.Data));
    }

    [Fact]
    public void Assigning_to_a_value_of_a_freed_tape_raises_an_error()
    {
        Value old;
        var freed = new Tape();
        using (freed.Use())
            old = new Value(1);
        freed.Dispose();
        using var tape = new Tape(); // may lie where the other did
        using var scope = tape.Use();
        var now = new Value(3);
        Assert.Throws<StaleValueException>(() => old.Data = 5);
        Assert.Equal(3, now.Data);
    }

    [Fact]
    public void A_number_cannot_be_referred_to() =>
        Assert.False(typeof(Value).GetProperty(nameof(Value.Data))!.PropertyType.IsByRef, "A reference would outlive the tape's memory.");

    [Fact]
    public void A_constant_that_outlived_its_step_raises_an_error()
    {
        Value old;
        using (Tape.Current.BeginStep())
            old = 3;
        using var step = Tape.Current.BeginStep();
        _ = Value.Constant(4);
        Assert.Throws<StaleValueException>(() => old * new Value(1));
    }

    [Fact]
    public void Values_from_before_a_step_are_valid_in_it_and_keep_their_gradients()
    {
        using var tape = new Tape();
        using var scope = tape.Use();
        var w = new Value(3);
        for (var i = 1; i <= 3; i++)
        {
            using var step = tape.BeginStep();
            (w * 2).Backward();
            Assert.Equal(2 * i, w.Grad);
        }

        Assert.Equal(1, tape.Count);
    }

    [Fact]
    public void Steps_nest_and_values_of_each_live_as_long_as_it()
    {
        using var tape = new Tape();
        using var scope = tape.Use();
        var a = new Value(1);
        var outer = tape.BeginStep();
        var b = a + 1;
        Value c,
            d;
        using (tape.BeginStep())
        {
            c = a + b;
            using (tape.BeginStep())
                d = a + b + c;
            Assert.Throws<StaleValueException>(() => d.Data);
            Assert.Throws<StaleValueException>(() => d + a);
            Assert.Equal(3, c.Data);
            Assert.Equal(6, (a + b + c).Data);
            Assert.Equal("add", c.Operands[1].Op);
            Assert.Null(c.Operands[0].Op);
        }

        Assert.Equal(2, b.Data);
        Assert.Equal(2, tape.Count);
        Assert.Throws<StaleValueException>(() => c + a);
        Assert.Throws<StaleValueException>(() => d + a);
        Assert.Equal(3, (a + b).Data);
        outer.Dispose();
        Assert.Throws<StaleValueException>(() => b + a);
    }

    [Fact]
    public void Steps_end_in_reverse_order_and_only_once()
    {
        using var tape = new Tape();
        var outer = tape.BeginStep();
        var inner = tape.BeginStep();
        Assert.Throws<InvalidOperationException>(outer.Dispose);
        inner.Dispose();
        inner.Dispose();
        outer.Dispose();
        default(TapeStep).Dispose();
    }

    [Fact]
    public void A_value_of_another_tape_raises_an_error()
    {
        var here = new Value(1);
        using var other = new Tape();
        using (other.Use())
        {
            var there = new Value(2);
            Assert.Throws<StaleValueException>(() => here + there);
            Assert.Throws<StaleValueException>(() => here.Data);
        }

        Assert.Equal(1, here.Data);
    }

    [Fact]
    public void What_was_recorded_before_a_step_is_foreign_to_another_tape_and_known_again_after_it()
    {
        using var tape = new Tape();
        using var scope = tape.Use();
        var here = new Value(1);
        using var step = tape.BeginStep();
        using var other = new Tape();
        using (other.Use())
        {
            var there = new Value(2);
            Assert.Throws<StaleValueException>(() => here * there);
            using var inner = other.BeginStep();
            Assert.Throws<StaleValueException>(() => here * there);
            Assert.Equal(4, (there * there).Data);
        }

        here.Data = 3;
        Assert.Equal(9, (here * here).Data);
    }

    [Fact]
    public void A_value_of_another_thread_raises_an_error()
    {
        var here = new Value(1);
        Exception? read = null,
            computed = null;
        OnAnotherThread(() =>
        {
            read = Record.Exception(() => here.Data);
            computed = Record.Exception(() => new Value(1) * here);
        });
        Assert.IsType<StaleValueException>(read);
        Assert.IsType<StaleValueException>(computed);
    }

    [Fact]
    public void A_tape_of_another_thread_cannot_be_used()
    {
        Exception? raised = null;
        var tape = Tape.Current;
        OnAnotherThread(() => raised = Record.Exception(() => tape.BeginStep()));
        Assert.IsType<InvalidOperationException>(raised);
    }

    [Fact]
    public void Clearing_makes_every_value_stale()
    {
        using var tape = new Tape();
        using var scope = tape.Use();
        var a = new Value(1);
        tape.Clear();
        Assert.Equal(0, tape.Count);
        _ = new Value(2);
        Assert.Throws<StaleValueException>(() => a.Data);
        using var step = tape.BeginStep();
        Assert.Throws<InvalidOperationException>(tape.Clear);
    }

    [Fact]
    public void A_full_tape_says_what_to_do_and_stays_usable()
    {
        using var tape = new Tape(3);
        using var scope = tape.Use();
        var a = new Value(1);
        var b = a + a;
        _ = b + b;
        var error = Assert.Throws<InvalidOperationException>(() =>
        {
            for (var i = 0; i < 10; i++)
                _ = b.Atan2(b);
        });
        Assert.Contains("BeginStep", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("or make a larger Tape.", error.Message, StringComparison.Ordinal);
        Assert.InRange(tape.Count, 3, 5);
        b.Backward();
        Assert.Equal(2, a.Grad);
    }

    [Fact]
    public void A_larger_tape_than_the_largest_is_not_asked_for()
    {
        using var tape = new Tape();
        using var scope = tape.Use();
        var operands = new Value[tape.Capacity / 32];
        Array.Fill(operands, new Value(1));
        var error = Assert.Throws<InvalidOperationException>(() =>
        {
            for (var i = 0; i <= 32; i++)
                Value.Sum(operands);
        });
        Assert.EndsWith("so that its nodes are dropped.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_tape_leaves_no_live_values()
    {
        var tape = new Tape();
        Value a;
        using (tape.Use())
            a = new Value(1);
        tape.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tape.Use());
        Assert.Throws<StaleValueException>(() => a.Data);
        using var next = new Tape(); // its memory may lie where the other's was
        using var scope = next.Use();
        Assert.Throws<ObjectDisposedException>(() => tape.BeginStep());
        Assert.Throws<StaleValueException>(() => a.Data);
    }

    [Fact]
    public void A_warm_step_allocates_nothing()
    {
        using var tape = new Tape();
        using var scope = tape.Use();
        var (w, b) = (new Value(0.5), new Value(0.1));
        for (var i = 0; i < 20; i++)
            Step(tape, w, b);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
            Step(tape, w, b);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Step(Tape tape, Value w, Value b)
        {
            using var step = tape.BeginStep();
            Value sum = 0;
            for (var i = 0; i < 50; i++)
                sum += (w * i + b).Tanh().LeakyRelu().Pow(3) / 2;
            w.ZeroGrad();
            b.ZeroGrad();
            Value.Sum(sum, w).Backward();
            w.Data -= 0.01 * w.Grad;
        }
    }

    private static void OnAnotherThread(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        thread.Join();
    }
}
