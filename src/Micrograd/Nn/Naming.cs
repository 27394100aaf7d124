namespace Micrograd;

/// <summary>The names, shapes and order of elements that PyTorch's <c>nn.Linear</c> gives to neurons' parameters.</summary>
internal static class Naming
{
    internal static IReadOnlyList<NamedParameter> Linear(string prefix, ReadOnlySpan<Neuron> neurons, int inputs)
    {
        var weights = new Value[neurons.Length * inputs];
        var biases = new List<Value>(neurons.Length);
        for (var i = 0; i < neurons.Length; i++)
        {
            neurons[i].Weights.CopyTo(weights.AsSpan(i * inputs));
            if (neurons[i].Bias is { } bias)
                biases.Add(bias);
        }

        var weight = new NamedParameter(prefix + "weight", [neurons.Length, inputs], weights);
        return biases.Count == 0 ? [weight] : [weight, new NamedParameter(prefix + "bias", [neurons.Length], biases)];
    }
}
