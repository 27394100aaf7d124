namespace Micrograd;

/// <summary>
/// Gives a network's parameters their first numbers. Those drawn at random are drawn neuron by neuron, weights before bias.
/// </summary>
public abstract class Initializer
{
    private protected Initializer() { }

    /// <summary>
    /// Default initializer of modules: <see cref="Uniform"/> from Python's generator, seed 1337. Every network made so
    /// starts from the same stream.
    /// </summary>
    public static Initializer Default() => Uniform(new PythonRandom(1337));

    /// <summary>Weights uniform between the bounds, as micrograd's; biases 0.</summary>
    /// <param name="random">Source of random numbers.</param>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound.</param>
    /// <param name="bias">True to draw biases too, each after its neuron's weights, as in the lecture on micrograd.</param>
    public static Initializer Uniform(IRandomSource random, double low = -1, double high = 1, bool bias = false)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new DrawnInitializer((_, _) => random.Uniform(low, high), bias ? _ => random.Uniform(low, high) : null);
    }

    /// <summary>Weights normally distributed; biases 0.</summary>
    public static Initializer Normal(IRandomSource random, double mean = 0, double deviation = 1)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new DrawnInitializer((_, _) => random.Normal(mean, deviation));
    }

    /// <summary>
    /// He et al. 2015, as PyTorch's <c>kaiming_uniform_</c>: weights uniform in ±√3 · √(2 / (1 + slope²)) / √inputs; biases 0.
    /// </summary>
    /// <param name="random">Source of random numbers.</param>
    /// <param name="slope">The slope below 0 of the leaky ReLU that follows; 0 for ReLU.</param>
    public static Initializer KaimingUniform(IRandomSource random, double slope = 0)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new DrawnInitializer((inputs, _) => Symmetric(random, Math.Sqrt(3) * KaimingDeviation(inputs, slope)));
    }

    /// <summary>
    /// He et al. 2015, as PyTorch's <c>kaiming_normal_</c>: weights normal with deviation √(2 / (1 + slope²)) / √inputs; biases 0.
    /// </summary>
    /// <param name="random">Source of random numbers.</param>
    /// <param name="slope">The slope below 0 of the leaky ReLU that follows; 0 for ReLU.</param>
    public static Initializer KaimingNormal(IRandomSource random, double slope = 0)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new DrawnInitializer((inputs, _) => random.Normal(0, KaimingDeviation(inputs, slope)));
    }

    /// <summary>
    /// Glorot and Bengio 2010, as PyTorch's <c>xavier_uniform_</c>: weights uniform in ±√3 · gain · √(2 / (inputs + outputs)); biases 0.
    /// </summary>
    public static Initializer XavierUniform(IRandomSource random, double gain = 1)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new DrawnInitializer((inputs, outputs) => Symmetric(random, Math.Sqrt(3) * XavierDeviation(inputs, outputs, gain)));
    }

    /// <summary>
    /// Glorot and Bengio 2010, as PyTorch's <c>xavier_normal_</c>: weights normal with deviation gain · √(2 / (inputs + outputs)); biases
    /// 0.
    /// </summary>
    public static Initializer XavierNormal(IRandomSource random, double gain = 1)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new DrawnInitializer((inputs, outputs) => random.Normal(0, XavierDeviation(inputs, outputs, gain)));
    }

    /// <summary>PyTorch's default for <c>nn.Linear</c>: weights and biases uniform in ±1/√inputs.</summary>
    public static Initializer TorchLinear(IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new DrawnInitializer((inputs, _) => Symmetric(random, 1 / Math.Sqrt(inputs)), inputs => Symmetric(random, 1 / Math.Sqrt(inputs)));
    }

    /// <summary>These numbers, in the order of <see cref="Trainable.Parameters"/>: exactly as many as the network has parameters.</summary>
    public static Initializer Numbers(params ReadOnlySpan<double> numbers) => new GivenInitializer(numbers.ToArray());

    /// <summary>Called once before a network's parameters are drawn.</summary>
    internal virtual void Begin(int parameters) { }

    /// <summary>Gives one layer its numbers.</summary>
    /// <param name="inputs">Number of inputs per neuron.</param>
    /// <param name="outputs">Number of neurons.</param>
    /// <param name="weights">Receives the weights, neuron after neuron.</param>
    /// <param name="biases">Receives the biases; empty where there are none.</param>
    internal abstract void Fill(int inputs, int outputs, Span<double> weights, Span<double> biases);

    private static double Symmetric(IRandomSource random, double bound) => random.Uniform(-bound, bound);

    private static double KaimingDeviation(int inputs, double slope) => Math.Sqrt(2 / (1 + slope * slope)) / Math.Sqrt(inputs);

    private static double XavierDeviation(int inputs, int outputs, double gain) => gain * Math.Sqrt(2.0 / (inputs + outputs));
}
