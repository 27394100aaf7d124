namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>Where a network's parameters stand in the flat list: layer by layer, neuron by neuron, first its weights, then its bias.</summary>
/// <param name="Sizes">The number of inputs, then of each layer's outputs.</param>
/// <param name="Bias">Whether the neurons have a bias.</param>
public sealed record NetworkShape(IReadOnlyList<int> Sizes, bool Bias)
{
    /// <summary>How many layers there are.</summary>
    public int Layers => Sizes.Count - 1;

    /// <summary>How many parameters there are.</summary>
    public int Count => Start(Layers);

    /// <summary>Where a layer's first parameter stands.</summary>
    public int Start(int layer) => Enumerable.Range(0, layer).Sum(l => Sizes[l + 1] * Stride(l));

    /// <summary>Where a weight stands.</summary>
    public int Weight(int layer, int output, int input) => Start(layer) + output * Stride(layer) + input;

    /// <summary>Where a bias stands.</summary>
    public int BiasOf(int layer, int output) => Weight(layer, output, Sizes[layer]);

    /// <summary>Which layer a parameter belongs to.</summary>
    public int LayerOf(int parameter) => Enumerable.Range(0, Layers).Last(l => Start(l) <= parameter);

    /// <summary>Whether a parameter is a bias.</summary>
    public bool IsBias(int parameter)
    {
        var layer = LayerOf(parameter);
        return Bias && (parameter - Start(layer)) % Stride(layer) == Sizes[layer];
    }

    private int Stride(int layer) => Sizes[layer] + (Bias ? 1 : 0);
}
