namespace Micrograd;

/// <summary>Neurons that take the same inputs.</summary>
public sealed class Layer : Trainable
{
    private readonly Neuron[] _neurons;
    private readonly Value[] _parameters;

    /// <summary>Makes a layer.</summary>
    /// <param name="inputs">Number of inputs; at least 1.</param>
    /// <param name="outputs">Number of neurons; at least 1.</param>
    /// <param name="activation">Activation of the weighted sums; ReLU if none is given.</param>
    /// <param name="bias">True for neurons with a bias.</param>
    /// <param name="init">Its parameters' first numbers; if none is given, as <see cref="Initializer.Default"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    /// <exception cref="ArgumentException">The initializer has more or fewer numbers than there are parameters.</exception>
    public Layer(int inputs, int outputs, Activation? activation = null, bool bias = true, Initializer? init = null)
        : this(inputs, outputs, activation ?? Activation.Relu, bias, init ?? Initializer.Default(), isWholeNetwork: true) { }

    internal Layer(int inputs, int outputs, Activation activation, bool bias, Initializer init, bool isWholeNetwork)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentNullException.ThrowIfNull(activation);
        if (isWholeNetwork)
            init.Begin(CountParameters(inputs, outputs, bias));
        var weights = new double[checked(inputs * outputs)];
        var biases = new double[bias ? outputs : 0];
        init.Fill(inputs, outputs, weights, biases);
        var own = activation == Activation.Softmax ? Activation.Linear : activation;
        _neurons = new Neuron[outputs];
        for (var i = 0; i < outputs; i++)
            _neurons[i] = new Neuron(weights.AsSpan(i * inputs, inputs), bias ? biases.AsSpan(i, 1) : [], own);
        _parameters = [.. _neurons.SelectMany(neuron => neuron.Parameters)];
        Inputs = inputs;
        Activation = activation;
    }

    /// <summary>Activation of the weighted sums.</summary>
    public Activation Activation { get; }

    /// <inheritdoc/>
    public override int Inputs { get; }

    /// <inheritdoc/>
    public override int Outputs => _neurons.Length;

    /// <summary>Its neurons; those of a softmax layer are linear.</summary>
    public IReadOnlyList<Neuron> Neurons => _neurons;

    /// <inheritdoc/>
    public override IReadOnlyList<Value> Parameters => _parameters;

    /// <inheritdoc/>
    public override IReadOnlyList<NamedParameter> NamedParameters => NamedWith("");

    /// <summary>Computes the outputs.</summary>
    /// <exception cref="ArgumentException">There are more or fewer inputs than <see cref="Inputs"/>.</exception>
    public Value[] Forward(params ReadOnlySpan<Value> inputs)
    {
        CheckInputs(inputs.Length);
        var outputs = new Value[Outputs];
        Compute(inputs, outputs);
        return outputs;
    }

    /// <summary>Computes the outputs for plain numbers.</summary>
    /// <exception cref="ArgumentException">There are more or fewer inputs than <see cref="Trainable.Inputs"/>.</exception>
    public Value[] Forward(ReadOnlySpan<double> inputs) => Forward(Constants(inputs));

    /// <summary>
    /// As micrograd prints it, such as <c>Layer of [ReLUNeuron(2), ReLUNeuron(2)]</c>; with <c>Softmax</c> before it where it has one.
    /// </summary>
    public override string ToString() => $"{(Activation == Activation.Softmax ? "Softmax " : "")}Layer of [{string.Join(", ", (object[])_neurons)}]";

    internal static int CountParameters(int inputs, int outputs, bool bias) => checked(outputs * (inputs + (bias ? 1 : 0)));

    internal IReadOnlyList<NamedParameter> NamedWith(string prefix) => Naming.Linear(prefix, _neurons, Inputs);

    internal void ComputeAll(ReadOnlySpan<Value> inputs, Span<Value> outputs)
    {
        for (var i = 0; i < _neurons.Length; i++)
            outputs[i] = _neurons[i].Compute(inputs);
        if (Activation == Activation.Softmax)
            Softmax.Apply(outputs, outputs);
    }

    private protected override void Compute(ReadOnlySpan<Value> inputs, Span<Value> outputs) => ComputeAll(inputs, outputs);
}
