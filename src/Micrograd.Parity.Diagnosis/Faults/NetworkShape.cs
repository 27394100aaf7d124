namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>Indices of a network's parameters in the flat list: layer by layer, neuron by neuron, first its weights, then its bias.</summary>
/// <param name="Sizes">Number of inputs, then of each layer's outputs.</param>
/// <param name="Bias">True if the neurons have a bias.</param>
internal sealed record NetworkShape(IReadOnlyList<int> Sizes, bool Bias)
{
    /// <summary>Number of layers.</summary>
    public int Layers => Sizes.Count - 1;

    /// <summary>Number of parameters.</summary>
    public int Count => Start(Layers);

    /// <summary>Index of a layer's first parameter.</summary>
    public int Start(int layer) => Enumerable.Range(0, layer).Sum(l => Sizes[l + 1] * Stride(l));

    /// <summary>Index of a weight.</summary>
    public int Weight(int layer, int output, int input) => Start(layer) + output * Stride(layer) + input;

    /// <summary>Index of a bias.</summary>
    public int BiasOf(int layer, int output) => Weight(layer, output, Sizes[layer]);

    /// <summary>Index of the layer that a parameter belongs to.</summary>
    public int LayerOf(int parameter) => Enumerable.Range(0, Layers).Last(l => Start(l) <= parameter);

    /// <summary>True if a parameter is a bias.</summary>
    public bool IsBias(int parameter)
    {
        var layer = LayerOf(parameter);
        return Bias && (parameter - Start(layer)) % Stride(layer) == Sizes[layer];
    }

    private int Stride(int layer) => Sizes[layer] + (Bias ? 1 : 0);
}
