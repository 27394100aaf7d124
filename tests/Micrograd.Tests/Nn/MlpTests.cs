namespace Micrograd.Tests.Nn;

public sealed class MlpTests
{
    [Fact]
    public void Prints_as_micrograd()
    {
        Assert.Equal("MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]", new Mlp(2, [2, 1]).ToString());
        Assert.Equal("Softmax Layer of [LinearNeuron(1), LinearNeuron(1)]", new Layer(1, 2, Activation.Softmax).ToString());
    }

    [Theory]
    [InlineData(true, 41)]
    [InlineData(false, 32)]
    public void Has_a_parameter_per_weight_and_bias(bool bias, int count) => Assert.Equal(count, new Mlp(3, [4, 4, 1], bias: bias).Parameters.Count);

    [Fact]
    public void Weights_come_as_Pythons_random_draws_them_for_micrograd()
    {
        var model = new Mlp(2, [2, 1], init: Initializer.Uniform(new PythonRandom(1337)));
        Assert.Equal(
            [0.23550571390294128, 0.06653114721000164, 0, -0.26830328150124894, 0.1715747078045431, 0],
            model.Parameters.Take(6).Select(p => p.Data)
        );
    }

    [Fact]
    public void Biases_may_be_drawn_each_after_its_neurons_weights()
    {
        var model = new Mlp(2, [1], init: Initializer.Uniform(new PythonRandom(1337), bias: true));
        Assert.Equal([0.23550571390294128, 0.06653114721000164, -0.26830328150124894], model.Parameters.Select(p => p.Data));
    }

    [Fact]
    public void Parameters_are_named_as_in_PyTorchs_Sequential()
    {
        var model = new Mlp(3, [4, 2, 1], [Activation.Tanh, Activation.Linear, Activation.Sigmoid]);
        var named = model.NamedParameters;
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias", "3.weight", "3.bias"], named.Select(p => p.Name));
        Assert.Equal([4, 3], named[0].Shape);
        Assert.Equal([4], named[1].Shape);
        Assert.Equal([1, 2], named[4].Shape);
    }

    [Fact]
    public void Parameters_come_neuron_by_neuron_and_named_ones_tensor_by_tensor()
    {
        var layer = new Layer(2, 2, init: Initializer.Numbers(1, 2, 3, 4, 5, 6));
        Assert.Equal([1, 2, 3, 4, 5, 6], layer.Parameters.Select(p => p.Data));
        Assert.Equal([1, 2, 4, 5], layer.NamedParameters[0].Values.Select(p => p.Data));
        Assert.Equal([3, 6], layer.NamedParameters[1].Values.Select(p => p.Data));
    }

    [Fact]
    public void The_weighted_sum_starts_at_the_bias()
    {
        // From the bias on: (1 + 2⁻⁵³) + 2⁻⁵³ = 1 in doubles; the products first would give 1 + 2⁻⁵².
        var tiny = Math.Pow(2, -53);
        var withBias = new Neuron(2, Activation.Linear, init: Initializer.Numbers(1, 1, 1));
        Assert.Equal(1, withBias.Forward(tiny, tiny).Data);
        var without = new Neuron(2, Activation.Linear, bias: false, init: Initializer.Numbers(1, 1));
        Assert.Equal(2 * tiny, without.Forward(tiny, tiny).Data);
        Assert.Null(without.Bias);
    }

    [Fact]
    public void Computes_the_lectures_neuron_and_its_gradients()
    {
        var neuron = new Neuron(2, Activation.Tanh, init: Initializer.Numbers(-3, 1, 6.8813735870195432));
        Value x1 = new(2),
            x2 = new(0);
        var o = neuron.Forward(x1, x2);
        o.Backward();
        Assert.Equal(Math.Sqrt(0.5), o.Data, 15);
        Assert.Equal([1, 0, 0.5], neuron.Parameters.Select(p => Math.Round(p.Grad, 12)));
        Assert.Equal([-1.5, 0.5], new[] { x1, x2 }.Select(p => Math.Round(p.Grad, 12)));
    }

    [Fact]
    public void Plain_numbers_and_values_give_the_same_outputs()
    {
        var model = new Mlp(3, [4, 1, 2], Activation.Tanh, Activation.Softmax);
        double[] x = [2, 3, -1];
        var outputs = new Value[2];
        model.Forward(x, outputs);
        Assert.Equal(outputs.Select(o => o.Data), model.Forward(x).Select(o => o.Data));
        Assert.Equal(outputs.Select(o => o.Data), model.Forward([x[0], x[1], new Value(x[2])]).Select(o => o.Data));
    }

    [Fact]
    public void Softmax_gives_shares_of_one_whose_gradients_cancel()
    {
        Value[] inputs = [new(Math.Log(1)), new(Math.Log(2)), new(Math.Log(5))];
        var outputs = new Value[3];
        Softmax.Apply(inputs, outputs);
        Assert.Equal([0.125, 0.25, 0.625], outputs.Select(o => Math.Round(o.Data, 14)));
        outputs[1].Backward();
        Assert.Equal([-0.03125, 0.1875, -0.15625], inputs.Select(i => Math.Round(i.Grad, 14)));
    }

    [Fact]
    public void Softmax_does_not_overflow()
    {
        var outputs = new Value[2];
        Softmax.Apply([1000, 1000], outputs);
        Assert.Equal([0.5, 0.5], outputs.Select(o => o.Data));
        Softmax.ApplyLog([-1000, 0], outputs);
        Assert.Equal([-1000, 0], outputs.Select(o => o.Data));
    }

    [Fact]
    public void ZeroGrad_forgets_every_gradient()
    {
        var model = new Mlp(2, [3, 1], Activation.Tanh);
        model.Forward([1.0, 2.0])[0].Backward();
        Assert.All(model.Parameters, p => Assert.True(p.HasGrad));
        model.ZeroGrad();
        Assert.All(model.Parameters, p => Assert.False(p.HasGrad));
    }

    [Fact]
    public void A_warm_step_allocates_nothing()
    {
        var model = new Mlp(3, [4, 4, 1], Activation.Tanh);
        var optimizer = new Adam(model.Parameters);
        var outputs = new Value[1];
        double[] x = [1, 2, 3],
            target = [1];
        Train();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Train();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Train()
        {
            using var step = Tape.Current.BeginStep();
            model.Forward(x, outputs);
            var loss = Loss.SquaredError(outputs, target);
            optimizer.ZeroGrad();
            loss.Backward();
            optimizer.Step();
        }
    }

    [Fact]
    public void Refuses_what_makes_no_network()
    {
        Assert.Throws<ArgumentException>(() => new Mlp(2, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mlp(0, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mlp(2, [3, 0, 1]));
        Assert.Throws<ArgumentException>(() => new Mlp(2, [3, 1], [Activation.Tanh]));
        Assert.Throws<ArgumentException>(() => new Activation("", x => x));
        Assert.Throws<InvalidOperationException>(() => Activation.Softmax.Apply(1));
        Assert.Throws<ArgumentException>(() => new Neuron(2, Activation.Softmax));
        Assert.Throws<ArgumentException>(() => new Mlp(2, [1], init: Initializer.Numbers(1, 2)));
        Assert.Throws<ArgumentException>(() => new Mlp(2, [1]).SetParameters([1, 2]));
    }

    [Fact]
    public void Refuses_inputs_of_another_number()
    {
        var error = Assert.Throws<ArgumentException>(() => new Mlp(2, [1]).Forward([1.0, 2.0, 3.0]));
        Assert.StartsWith("MLP of [Layer of [LinearNeuron(2)]] takes 2 values, but got 3.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Mlp(2, [1]).Forward([1.0, 2.0], new Value[2]));
    }
}
