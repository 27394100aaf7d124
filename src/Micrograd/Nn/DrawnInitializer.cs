namespace Micrograd;

/// <summary>Draws each weight, and each bias if <paramref name="bias"/> is given, else leaves it 0.</summary>
/// <param name="weight">Draws a weight of a layer with so many inputs and outputs.</param>
/// <param name="bias">Draws a bias of a layer with so many inputs.</param>
internal sealed class DrawnInitializer(Func<int, int, double> weight, Func<int, double>? bias = null) : Initializer
{
    internal override void Fill(int inputs, int outputs, Span<double> weights, Span<double> biases)
    {
        for (var neuron = 0; neuron < outputs; neuron++)
        {
            foreach (ref var number in weights.Slice(neuron * inputs, inputs))
                number = weight(inputs, outputs);
            if (!biases.IsEmpty)
                biases[neuron] = bias?.Invoke(inputs) ?? 0;
        }
    }
}
