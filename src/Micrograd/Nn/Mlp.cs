namespace Micrograd;

/// <summary>A multi-layer perceptron: layers, each taking the outputs of the one before.</summary>
public sealed class Mlp : Trainable
{
    private readonly Layer[] _layers;
    private readonly Value[] _parameters;

    /// <summary>Outputs of each layer but the last; kept, so that a warm forward pass allocates nothing.</summary>
    private readonly Value[][] _hidden;

    /// <summary>Makes a network whose hidden layers share one activation.</summary>
    /// <param name="inputs">Number of inputs; at least 1.</param>
    /// <param name="sizes">Number of neurons of each layer, each at least 1; the last is the number of outputs.</param>
    /// <param name="hidden">The activation of every layer but the last; ReLU if none is given.</param>
    /// <param name="output">The activation of the last layer; linear if none is given.</param>
    /// <param name="bias">True for neurons with a bias.</param>
    /// <param name="init">The parameters' first numbers; if none is given, as <see cref="Initializer.Default"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    /// <exception cref="ArgumentException">
    /// There are no sizes, or the initializer has more or fewer numbers than there are parameters.
    /// </exception>
    public Mlp(int inputs, ReadOnlySpan<int> sizes, Activation? hidden = null, Activation? output = null, bool bias = true, Initializer? init = null)
        : this(inputs, sizes, PerLayer(sizes.Length, hidden ?? Activation.Relu, output ?? Activation.Linear), bias, init) { }

    /// <summary>Makes a network with an activation of each layer's own.</summary>
    /// <param name="inputs">Number of inputs; at least 1.</param>
    /// <param name="sizes">Number of neurons of each layer, each at least 1; the last is the number of outputs.</param>
    /// <param name="activations">The activation of each layer; as many as sizes.</param>
    /// <param name="bias">True for neurons with a bias.</param>
    /// <param name="init">The parameters' first numbers; if none is given, as <see cref="Initializer.Default"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    /// <exception cref="ArgumentException">
    /// There are no sizes, not as many activations as sizes, or the initializer has more or fewer numbers than there are parameters.
    /// </exception>
    public Mlp(int inputs, ReadOnlySpan<int> sizes, ReadOnlySpan<Activation> activations, bool bias = true, Initializer? init = null)
    {
        Check(inputs, sizes, activations);
        init ??= Initializer.Default();
        init.Begin(CountParameters(inputs, sizes, bias));
        _layers = new Layer[sizes.Length];
        for (var i = 0; i < sizes.Length; i++)
            _layers[i] = new Layer(i == 0 ? inputs : sizes[i - 1], sizes[i], activations[i], bias, init, isWholeNetwork: false);
        _parameters = [.. _layers.SelectMany(layer => layer.Parameters)];
        _hidden = [.. _layers.SkipLast(1).Select(layer => new Value[layer.Outputs])];
    }

    /// <inheritdoc/>
    public override int Inputs => _layers[0].Inputs;

    /// <inheritdoc/>
    public override int Outputs => _layers[^1].Outputs;

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>The parameters in micrograd's order: layer by layer, neuron by neuron, first the neuron's weights, then its bias.</summary>
    public override IReadOnlyList<Value> Parameters => _parameters;

    /// <summary>
    /// The parameters as PyTorch's <c>state_dict</c> has them, of an <c>nn.Sequential</c> of <c>nn.Linear</c> modules, each followed by its
    /// activation's module unless it is linear: <c>0.weight</c>, <c>0.bias</c>, <c>2.weight</c> and so on.
    /// </summary>
    public override IReadOnlyList<NamedParameter> NamedParameters
    {
        get
        {
            var named = new List<NamedParameter>();
            var place = 0;
            foreach (var layer in _layers)
            {
                named.AddRange(layer.NamedWith($"{place}."));
                place += layer.Activation == Activation.Linear ? 1 : 2;
            }

            return named;
        }
    }

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

    /// <summary>As micrograd prints it: <c>MLP of [Layer of […], Layer of […]]</c>.</summary>
    public override string ToString() => $"MLP of [{string.Join(", ", (object[])_layers)}]";

    private protected override void Compute(ReadOnlySpan<Value> inputs, Span<Value> outputs)
    {
        for (var i = 0; i < _hidden.Length; i++)
        {
            _layers[i].ComputeAll(inputs, _hidden[i]);
            inputs = _hidden[i];
        }

        _layers[^1].ComputeAll(inputs, outputs);
    }

    private static Activation[] PerLayer(int layers, Activation hidden, Activation output)
    {
        var activations = new Activation[layers];
        Array.Fill(activations, hidden);
        if (layers > 0)
            activations[^1] = output;
        return activations;
    }

    private static void Check(int inputs, ReadOnlySpan<int> sizes, ReadOnlySpan<Activation> activations)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        if (sizes.IsEmpty)
            throw new ArgumentException("A network needs at least one layer.", nameof(sizes));
        foreach (var size in sizes)
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, nameof(sizes));
        if (activations.Length != sizes.Length)
            throw new ArgumentException($"There are {sizes.Length} layers, but {activations.Length} activations.", nameof(activations));
    }

    private static int CountParameters(int inputs, ReadOnlySpan<int> sizes, bool bias)
    {
        var count = 0;
        foreach (var size in sizes)
        {
            count = checked(count + Layer.CountParameters(inputs, size, bias));
            inputs = size;
        }

        return count;
    }
}
