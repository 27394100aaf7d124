namespace Micrograd;

/// <summary>
/// activation(b + w₁·x₁ + w₂·x₂ + …). The sum starts at the bias and adds one product after the other, as micrograd's; without a bias it
/// starts at the first product.
/// </summary>
public sealed class Neuron : Trainable
{
    private readonly Value[] _parameters;
    private readonly int _inputs;

    /// <summary>Makes a neuron.</summary>
    /// <param name="inputs">Number of inputs; at least 1.</param>
    /// <param name="activation">Activation of the weighted sum, not softmax; ReLU if none is given.</param>
    /// <param name="bias">True for a neuron with a bias.</param>
    /// <param name="init">Its parameters' first numbers; if none is given, as <see cref="Initializer.Default"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of inputs is below 1.</exception>
    /// <exception cref="ArgumentException">
    /// The activation is softmax, or the initializer has more or fewer numbers than there are parameters.
    /// </exception>
    public Neuron(int inputs, Activation? activation = null, bool bias = true, Initializer? init = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        if (activation == Activation.Softmax)
            throw new ArgumentException("Softmax acts on a whole layer: give it to a Layer.", nameof(activation));
        init ??= Initializer.Default();
        init.Begin(inputs + (bias ? 1 : 0));
        var weights = new double[inputs];
        var biases = new double[bias ? 1 : 0];
        init.Fill(inputs, 1, weights, biases);
        _inputs = inputs;
        Activation = activation ?? Activation.Relu;
        _parameters = Leaves(weights, biases);
    }

    internal Neuron(ReadOnlySpan<double> weights, ReadOnlySpan<double> bias, Activation activation)
    {
        _inputs = weights.Length;
        Activation = activation;
        _parameters = Leaves(weights, bias);
    }

    /// <summary>Activation of the weighted sum.</summary>
    public Activation Activation { get; }

    /// <inheritdoc/>
    public override int Inputs => _inputs;

    /// <summary>1.</summary>
    public override int Outputs => 1;

    /// <summary>The weights, one per input.</summary>
    public ReadOnlySpan<Value> Weights => _parameters.AsSpan(0, _inputs);

    /// <summary>The bias; null where the neuron has none.</summary>
    public Value? Bias => _parameters.Length > _inputs ? _parameters[^1] : null;

    /// <summary>The weights, then the bias.</summary>
    public override IReadOnlyList<Value> Parameters => _parameters;

    /// <inheritdoc/>
    public override IReadOnlyList<NamedParameter> NamedParameters => Naming.Linear("", [this], _inputs);

    /// <summary>Computes the output.</summary>
    /// <exception cref="ArgumentException">There are more or fewer inputs than <see cref="Inputs"/>.</exception>
    public Value Forward(params ReadOnlySpan<Value> inputs)
    {
        CheckInputs(inputs.Length);
        return Compute(inputs);
    }

    /// <summary>Computes the output for plain numbers.</summary>
    /// <exception cref="ArgumentException">There are more or fewer inputs than <see cref="Trainable.Inputs"/>.</exception>
    public Value Forward(ReadOnlySpan<double> inputs) => Forward(Constants(inputs));

    /// <summary>As micrograd prints it, such as <c>ReLUNeuron(2)</c>.</summary>
    public override string ToString() => $"{Activation.Name}Neuron({_inputs})";

    internal Value Compute(ReadOnlySpan<Value> inputs)
    {
        var parameters = _parameters;
        var hasBias = parameters.Length > inputs.Length;
        var sum = hasBias ? parameters[^1] : parameters[0] * inputs[0];
        for (var i = hasBias ? 0 : 1; i < inputs.Length; i++)
            sum += parameters[i] * inputs[i];
        return Activation.Apply(sum);
    }

    private protected override void Compute(ReadOnlySpan<Value> inputs, Span<Value> outputs) => outputs[0] = Compute(inputs);

    private static Value[] Leaves(ReadOnlySpan<double> weights, ReadOnlySpan<double> bias)
    {
        var leaves = new Value[weights.Length + bias.Length];
        for (var i = 0; i < leaves.Length; i++)
            leaves[i] = new Value(i < weights.Length ? weights[i] : bias[0]);
        return leaves;
    }
}
