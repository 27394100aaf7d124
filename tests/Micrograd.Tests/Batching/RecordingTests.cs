using Micrograd.Batching;

namespace Micrograd.Tests.Batching;

public class RecordingTests
{
    [Fact]
    public void Results_have_the_functions_values_and_gradients()
    {
        var w = new Value(3);
        var line = Recording.Of(2, x => w * x[0] + x[1]);
        Assert.Equal((2, 1), (line.Inputs, line.Outputs));
        var results = line.Replay([1, 10, 2, 20]);
        Assert.Equal([13, 26], Array.ConvertAll(results, r => r.Data));
        results[1].Backward();
        Assert.Equal(2, w.Grad);
    }

    [Fact]
    public void Values_from_outside_are_read_anew()
    {
        var w = new Value(3);
        var c = Value.Constant(1);
        var function = Recording.Of(1, x => w * x[0] * c);
        (w.Data, c.Data) = (5, 2);
        Assert.Equal(20, function.Replay([2])[0].Data);
    }

    [Fact]
    public void Plain_numbers_and_leaves_of_the_functions_own_are_kept()
    {
        var w = new Value(3);
        var function = Recording.Of(1, x => (w + x[0]) * new Value(2) + 0.5);
        Assert.Equal([8.5, 10.5], Array.ConvertAll(function.Replay([1, 2]), r => r.Data));
    }

    [Fact]
    public void Without_values_from_outside_results_are_constants()
    {
        var function = Recording.Of(1, x => x[0] * x[0]);
        var result = function.Replay([3])[0];
        Assert.Equal(9, result.Data);
        Assert.False(result.RequiresGrad);
    }

    [Fact]
    public void Without_inputs_there_are_as_many_samples_as_there_is_room_for()
    {
        var w = new Value(3);
        var results = new Value[2];
        Recording.Of(0, _ => w * w).Replay([], results);
        (results[0] + results[1]).Backward();
        Assert.Equal(12, w.Grad);
    }

    [Fact]
    public void A_function_that_looks_at_numbers_is_refused()
    {
        var w = new Value(3);
        Assert.Throws<InvalidOperationException>(() => Recording.Of(1, x => (w * x[0]).Data > 0 ? w * x[0] : w));
        Assert.Throws<InvalidOperationException>(() => Recording.Of(1, x => w * x[0].Detach()));
        Assert.Throws<InvalidOperationException>(() => Recording.Of(1, x =>
            {
                var y = w * x[0];
                y.Data = 1;
                return y * 2;
            }));
        Assert.Throws<InvalidOperationException>(() => Recording.Of(1, x =>
            {
                using (Tape.Current.BeginStep())
                    return (w * x[0]).Data > 0 ? w : x[0];
            }));
        Assert.Equal(12, Recording.Of(1, x => w.Data > 0 ? w * x[0] : w).Replay([4])[0].Data); // a number from outside may be read
        Assert.Throws<InvalidOperationException>(() => Recording.Of(2, x =>
            {
                Softmax.Apply(x, x);
                return w * x[0];
            }));
    }

    [Fact]
    public void What_cannot_be_a_result_is_refused()
    {
        var w = new Value(3);
        Assert.Throws<ArgumentException>(() => Recording.Of(1, x => x[0]));
        Assert.Throws<ArgumentException>(() => Recording.Of(1, _ => w));
        Assert.Throws<ArgumentException>(() => Recording.Of(1, _ => new Value(1)));
        Assert.Throws<ArgumentException>(() => Recording.Of(1, _ => 1.0));
        Assert.Throws<ArgumentException>(() => Recording.Of(1, x =>
            {
                var y = w * x[0];
                return [y, y];
            }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Recording.Of(-1, _ => w * 2));
    }

    [Fact]
    public void A_recording_in_a_recording_is_refused()
    {
        var w = new Value(3);
        var inner = Recording.Of(1, x => w * x[0]);
        var error = Assert.Throws<InvalidOperationException>(() => Recording.Of(1, x => inner.Replay([1])[0] * x[0]));
        Assert.Contains("recording", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recording_leaves_nothing_on_the_tape_also_when_the_function_fails()
    {
        using var tape = new Tape();
        using var use = tape.Use();
        var w = new Value(3);
        _ = Recording.Of(1, x => w * x[0]);
        Assert.Throws<FormatException>(() => Recording.Of(1, x => (w * x[0]).HasGrad ? w : throw new FormatException()));
        Assert.Equal(1, tape.Count);
        using var step = tape.BeginStep();
        Assert.Equal(1, tape.Count);
    }

    [Fact]
    public void What_the_function_uses_must_be_alive()
    {
        using var tape = new Tape();
        using var use = tape.Use();
        Recording function;
        using (tape.BeginStep())
        {
            var w = new Value(3);
            function = Recording.Of(1, x => w * x[0]);
            Assert.Equal(6, function.Replay([2])[0].Data);
        }

        Assert.Throws<StaleValueException>(() => function.Replay([2]));
        _ = new Value(7); // takes the room
        Assert.Throws<StaleValueException>(() => function.Replay([2]));
    }

    [Fact]
    public void Gradients_flow_on_to_what_the_outer_values_were_computed_from()
    {
        var w = new Value(3);
        var square = w * w;
        var function = Recording.Of(1, x => square * x[0]);
        var results = function.Replay([2, 5]);
        (results[0] + results[1]).Backward();
        Assert.Equal(7, square.Grad);
        Assert.Equal(42, w.Grad);
    }

    [Fact]
    public void Tanh_in_lanes_has_the_C_librarys_bits()
    {
        var random = new PythonRandom(1);
        var one = new Value(1);
        var tanh = Recording.Of(1, x => (x[0] * one).Tanh());
        ulong Bits(int count) => (ulong)random.Below(1 << count);
        var numbers = new double[40_000];
        var results = new Value[numbers.Length];
        for (var round = 0; round < 40; round++)
        {
            using var step = Tape.Current.BeginStep();
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = (i % 4) switch
                {
                    0 => BitConverter.UInt64BitsToDouble(Bits(22) << 42 | Bits(21) << 21 | Bits(21)),
                    1 => random.NextDouble() * 46 - 23,
                    2 => random.NextDouble() * 2.2 - 1.1,
                    _ => Math.Exp(random.NextDouble() * 45 - 40) * (random.Below(2) * 2 - 1),
                };
            }

            (numbers[0], numbers[1], numbers[2], numbers[3]) = (-0.0, 22, -1, BitConverter.UInt64BitsToDouble(0x3FC62E43_00000000));
            tanh.Replay(numbers, results);
            for (var i = 0; i < numbers.Length; i++)
            {
                var (ours, librarys) = (results[i].Data, Math.Tanh(numbers[i]));
                Assert.True(
                    BitConverter.DoubleToInt64Bits(ours) == BitConverter.DoubleToInt64Bits(librarys) || double.IsNaN(librarys) && double.IsNaN(ours),
                    $"tanh {numbers[i]:R}"
                );
            }
        }
    }
}
