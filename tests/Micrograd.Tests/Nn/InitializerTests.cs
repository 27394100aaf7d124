namespace Micrograd.Tests.Nn;

/// <summary>Each initialisation's bound or deviation, by a source that always draws the upper bound or one deviation.</summary>
public sealed class InitializerTests
{
    private const int Inputs = 6;
    private const int Outputs = 2;
    private const int Digits = 15;

    [Fact]
    public void Kaiming()
    {
        Assert.Equal(Math.Sqrt(6.0 / Inputs), Weight(Initializer.KaimingUniform(new Extreme())), Digits);
        Assert.Equal(Math.Sqrt(2.0 / Inputs), Weight(Initializer.KaimingNormal(new Extreme())), Digits);
        Assert.Equal(Math.Sqrt(1.0 / Inputs), Weight(Initializer.KaimingUniform(new Extreme(), Math.Sqrt(5))), Digits);
    }

    [Fact]
    public void Xavier()
    {
        Assert.Equal(Math.Sqrt(6.0 / (Inputs + Outputs)), Weight(Initializer.XavierUniform(new Extreme())), Digits);
        Assert.Equal(3 * Math.Sqrt(2.0 / (Inputs + Outputs)), Weight(Initializer.XavierNormal(new Extreme(), 3)), Digits);
    }

    [Fact]
    public void Torch_linear()
    {
        var layer = new Layer(Inputs, Outputs, init: Initializer.TorchLinear(new Extreme()));
        Assert.All(layer.Parameters, p => Assert.Equal(1 / Math.Sqrt(Inputs), p.Data));
    }

    [Fact]
    public void Normal() => Assert.Equal(2.5, Weight(Initializer.Normal(new Extreme(), 0.5, 2)));

    [Fact]
    public void Given_numbers_serve_several_networks()
    {
        var init = Initializer.Numbers(1, 2, 3);
        Assert.Equal([1, 2, 3], new Mlp(2, [1], init: init).Parameters.Select(p => p.Data));
        Assert.Equal([1, 2, 3], new Mlp(2, [1], init: init).Parameters.Select(p => p.Data));
    }

    private static double Weight(Initializer init)
    {
        var layer = new Layer(Inputs, Outputs, init: init);
        Assert.All(layer.Neurons, neuron => Assert.Equal(0, neuron.Bias!.Value.Data));
        return layer.Parameters[0].Data;
    }

    private sealed class Extreme : IRandomSource
    {
        public double NextDouble() => throw new InvalidOperationException();

        public double Uniform(double low, double high) => low == -high ? high : throw new InvalidOperationException();

        public double Normal(double mean, double deviation) => mean + deviation;

        public int Below(int bound) => throw new InvalidOperationException();
    }
}
