namespace Micrograd.Tests.Batching;

/// <summary>A batch against the same network called for one sample after the other, which is compared with PyTorch elsewhere: every bit is the same.</summary>
public class ForwardBatchTests
{
    private static readonly double[] s_special =
    [
        0.0,
        -0.0,
        double.NaN,
        double.PositiveInfinity,
        double.NegativeInfinity,
        5e-324,
        -1e-310,
        1e308,
        -1e308,
        30,
        -30,
        1e-20,
    ];

    public static TheoryData<string> Activations =>
        [.. typeof(Activation).GetProperties().Where(p => p.PropertyType == typeof(Activation)).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Activations))]
    public void Every_activation_has_the_same_bits_for_any_number_of_samples(string name)
    {
        var activation = Named(name);
        foreach (var count in (int[])[0, 1, 2, 3, 4, 5, 15, 16, 17, 33, 100])
        {
            foreach (var bias in (bool[])[true, false])
            {
                AssertSame(new PythonRandom(count), [3, 7, 2], [activation, Activation.Linear], bias, count, special: 0);
                AssertSame(new PythonRandom(count), [1, 5, 6, 1], [Activation.Tanh, activation, activation], bias, count, special: 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void So_it_has_for_special_inputs_and_weights(string name)
    {
        var activation = Named(name);
        for (var seed = 0; seed < 20; seed++)
            AssertSame(new PythonRandom(seed), [4, 3, 2], [activation, Activation.Linear], seed % 2 == 0, 37, special: 0.05);
    }

    [Fact]
    public void Every_number_of_samples_and_of_neurons_has_the_same_bits()
    {
        for (var count = 0; count < 140; count++)
        {
            int[] sizes = [1 + count % 9, 1 + count * 7 % 19, 1 + count * 5 % 18, 1 + count % 3];
            AssertSame(
                new PythonRandom(count),
                sizes,
                [Activation.Tanh, Activation.Relu, Activation.Linear],
                count % 2 == 0,
                count,
                0.02 * (count % 3)
            );
        }
    }

    [Fact]
    public void Roots_that_reach_some_results_pass_on_what_single_samples_would()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            using var tape = new Tape();
            using var use = tape.Use();
            var random = new PythonRandom(seed);
            int[] sizes = [2, 1 + random.Below(12), 1 + random.Below(12)];
            var (batch, single) = (Model(sizes), Model(sizes));
            double[] samples = [.. Enumerable.Range(0, 70).Select(i => i % 23 == seed ? double.PositiveInfinity : Math.Sin(i * 0.7))];
            var isReached = new bool[35 * sizes[^1]];
            for (var i = 0; i < isReached.Length; i++)
                isReached[i] = random.Below(4) > seed % 4;
            Pass(batch.ForwardBatch(samples));
            Pass(OneByOne(single, samples));
            AssertSame(single, batch);

            void Pass(Value[] outputs)
            {
                Value root = 0;
                for (var i = 0; i < outputs.Length; i++)
                    root += isReached[i] ? outputs[i] * (i % 5 - 2) : 0;
                if (root.RequiresGrad)
                    root.Backward();
            }
        }

        static Mlp Model(int[] sizes) =>
            new(sizes[0], sizes.AsSpan(1), Activation.Tanh, Activation.Sigmoid, init: Initializer.Uniform(new PythonRandom(5)));
    }

    [Fact]
    public void Results_that_no_root_reaches_leave_no_gradient_even_at_infinite_inputs()
    {
        using var tape = new Tape();
        using var use = tape.Use();
        var model = new Mlp(2, [3, 2], Activation.Tanh, init: Initializer.Uniform(new PythonRandom(1)));
        double[] samples = [1, 2, double.PositiveInfinity, 1, 3, -1];
        var outputs = model.ForwardBatch(samples);
        (outputs[0] + outputs[4]).Backward(); // the first output of samples 0 and 2
        Assert.All(model.Parameters.Take(9 + 4), p => Assert.True(p.HasGrad && double.IsFinite(p.Grad)));
        Assert.All(model.Parameters.Skip(9 + 4), p => Assert.False(p.HasGrad));
    }

    [Fact]
    public void A_zero_gradient_that_arrives_is_a_gradient()
    {
        using var tape = new Tape();
        using var use = tape.Use();
        var model = new Mlp(1, [1], init: Initializer.Uniform(new PythonRandom(1)));
        model.ForwardBatch([2.0, 3.0])[1].Backward(-0.0);
        Assert.All(model.Parameters, p => Assert.True(p.HasGrad && double.IsNegative(p.Grad)));
    }

    [Fact]
    public void Gradients_of_several_passes_and_of_other_uses_add_up_in_order()
    {
        using var tape = new Tape();
        using var use = tape.Use();
        var (batch, single) = (Model(), Model());
        double[] samples = [.. Enumerable.Range(0, 40).Select(i => Math.Sin(i * 0.7))];
        Train(batch, model => model.ForwardBatch(samples));
        Train(single, model => OneByOne(model, samples));
        AssertSame(single, batch);

        static Mlp Model() => new(2, [5, 3], Activation.Sigmoid, init: Initializer.Uniform(new PythonRandom(7)));

        static void Train(Mlp model, Func<Mlp, Value[]> forward)
        {
            var before = Loss.L2(model.Parameters, 0.3);
            var first = forward(model);
            var second = forward(model);
            var after = Loss.L2(model.Parameters, 0.7);
            var loss = before * Loss.Reduce(first) + after + Loss.Reduce(second, Reduction.Sum) * first[7];
            loss.Backward();
            first[3].Backward(2);
            loss.Backward(0.1);
            foreach (var p in model.Parameters)
                p.Data -= 0.01 * p.Grad; // what was computed is passed on with the numbers as they are now, as for single values
            second[0].Data = 0.25;
            (second[0] * second[1]).Backward();
        }
    }

    [Fact]
    public void A_training_loop_has_the_same_bits_step_by_step_and_allocates_nothing()
    {
        using var tape = new Tape();
        using var use = tape.Use();
        var (batch, single) = (Model(), Model());
        var (adamOfBatch, adamOfSingle) = (new Adam(batch.Parameters, 0.01), new Adam(single.Parameters, 0.01));
        double[] samples = [.. Enumerable.Range(0, 50).Select(i => Math.Cos(i * 1.3))];
        double[] targets = [.. Enumerable.Range(0, 25).Select(i => i % 2 == 0 ? 1.0 : -1.0)];
        var outputs = new Value[25];
        long allocated = 0;
        for (var k = 0; k < 30; k++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            using (tape.BeginStep())
            {
                batch.ForwardBatch(samples, outputs);
                Step(outputs, batch, adamOfBatch);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            using (tape.BeginStep())
                Step(OneByOne(single, samples), single, adamOfSingle);
            AssertSame(single, batch);
        }

        Assert.Equal(0, allocated);

        static Mlp Model() => new(2, [8, 8, 1], Activation.Tanh, init: Initializer.Uniform(new PythonRandom(3)));

        void Step(Value[] results, Mlp model, Adam adam)
        {
            var loss = Loss.SquaredError(results, targets);
            model.ZeroGrad();
            loss.Backward();
            adam.Step();
        }
    }

    [Fact]
    public void On_the_tape_are_the_outputs_with_the_parameters_as_operands()
    {
        using var tape = new Tape();
        using var use = tape.Use();
        var model = new Mlp(2, [2, 2], Activation.Tanh, init: Initializer.Uniform(new PythonRandom(1)));
        using var step = tape.BeginStep();
        var outputs = model.ForwardBatch([1.0, 2.0]);
        Assert.Equal("replay", outputs[0].Op);
        Assert.Equal(model.Parameters.Take(9).ToHashSet(), outputs[0].Operands.ToHashSet());
        Assert.Equal(model.Parameters.Take(6).Concat(model.Parameters.Skip(9)).ToHashSet(), outputs[1].Operands.ToHashSet());
        Assert.Equal(model.Parameters.Count + 3, tape.Count);
    }

    [Fact]
    public void Stale_values_raise_errors()
    {
        using var tape = new Tape();
        using var use = tape.Use();
        Value output;
        Mlp model;
        using (tape.BeginStep())
        {
            model = new Mlp(1, [1], init: Initializer.Uniform(new PythonRandom(1)));
            output = model.ForwardBatch([1.0])[0];
        }

        Assert.Throws<StaleValueException>(() => output.Backward());
        Assert.Throws<StaleValueException>(() => model.ForwardBatch([1.0]));
        var alive = new Mlp(1, [1], init: Initializer.Uniform(new PythonRandom(1)));
        alive.ForwardBatch([1.0]);
        using var other = new Tape();
        using var useOther = other.Use();
        Assert.Throws<StaleValueException>(() => alive.ForwardBatch([1.0]));
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        var model = new Mlp(2, [3]);
        Assert.Throws<ArgumentException>(() => model.ForwardBatch([1.0, 2.0, 3.0]));
        Assert.Throws<ArgumentException>(() => model.ForwardBatch([1.0, 2.0], new Value[2]));
        Assert.Empty(model.ForwardBatch([]));
    }

    [Fact]
    public void A_full_tape_says_so()
    {
        using var tape = new Tape(4096);
        using var use = tape.Use();
        var model = new Mlp(1, [4, 1], init: Initializer.Uniform(new PythonRandom(1)));
        var error = Assert.Throws<InvalidOperationException>(() => model.ForwardBatch(new double[100_000]));
        Assert.Contains("full", error.Message, StringComparison.Ordinal);
        using (tape.BeginStep())
            Assert.Throws<InvalidOperationException>(() => model.ForwardBatch(new double[5000]));
        Assert.True(model.ForwardBatch(new double[100])[99].RequiresGrad);
    }

    private static Activation Named(string name) => (Activation)typeof(Activation).GetProperty(name)!.GetValue(null)!;

    private static void AssertSame(PythonRandom random, int[] sizes, Activation[] activations, bool bias, int count, double special)
    {
        using var tape = new Tape();
        using var use = tape.Use();
        var (batch, single) = (new Mlp(sizes[0], sizes.AsSpan(1), activations, bias), new Mlp(sizes[0], sizes.AsSpan(1), activations, bias));
        double[] numbers = [.. Enumerable.Range(0, batch.Parameters.Count).Select(_ => Number())];
        batch.SetParameters(numbers);
        single.SetParameters(numbers);
        double[] samples = [.. Enumerable.Range(0, count * sizes[0]).Select(_ => Number())];
        var (ours, theirs) = (batch.ForwardBatch(samples), OneByOne(single, samples));
        for (var i = 0; i < ours.Length; i++)
            Assert.True(Same(theirs[i].Data, ours[i].Data), $"output {i} of {count} samples is {ours[i].Data:R}, one by one {theirs[i].Data:R}");
        if (count == 0)
            return;
        double[] targets = [.. Enumerable.Range(0, ours.Length).Select(_ => Number())];
        Loss.SquaredError(ours, targets).Backward();
        Loss.SquaredError(theirs, targets).Backward();
        AssertSame(single, batch);

        double Number() => random.NextDouble() < special ? s_special[random.Below(s_special.Length)] : random.NextDouble() * 4 - 2;
    }

    private static Value[] OneByOne(Mlp model, double[] samples) =>
        [.. samples.Chunk(model.Inputs).SelectMany(sample => model.Forward((ReadOnlySpan<double>)sample))];

    private static void AssertSame(Mlp expected, Mlp actual)
    {
        for (var i = 0; i < expected.Parameters.Count; i++)
        {
            var (theirs, ours) = (expected.Parameters[i], actual.Parameters[i]);
            Assert.True(Same(theirs.Data, ours.Data), $"parameter {i} is {ours.Data:R}, one by one {theirs.Data:R}");
            Assert.Equal(theirs.HasGrad, ours.HasGrad);
            Assert.True(Same(theirs.Grad, ours.Grad), $"gradient {i} is {ours.Grad:R}, one by one {theirs.Grad:R}");
        }
    }

    private static bool Same(double a, double b) =>
        BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b) || (double.IsNaN(a) && double.IsNaN(b));
}
