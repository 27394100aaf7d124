using Micrograd.Parity.Training;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Training;

/// <summary>
/// The engine's network from 0-dim tensors: each neuron's sum starts at its bias and adds one product after the other; without a bias it
/// starts at the first product.
/// </summary>
internal sealed class ZeroDimMlp
{
    private readonly List<(Tensor[][] Weights, Tensor?[] Biases, Func<Tensor[], Tensor[]> Activation)> _layers = [];

    /// <param name="parameters">The parameters, with <c>nn.Sequential</c>'s names.</param>
    /// <param name="sizes">The number of inputs, then each layer's outputs.</param>
    /// <param name="activations">Each layer's activation, on all its outputs; null for none.</param>
    public ZeroDimMlp(ZeroDimParameters parameters, IReadOnlyList<int> sizes, IReadOnlyList<Func<Tensor[], Tensor[]>?> activations)
    {
        var place = 0;
        for (var layer = 0; layer < activations.Count; layer++)
        {
            var name = $"{place}.";
            var (inputs, outputs) = (sizes[layer], sizes[layer + 1]);
            var neurons = Enumerable.Range(0, outputs);
            _layers.Add(
                (
                    [.. neurons.Select(o => Enumerable.Range(0, inputs).Select(i => parameters[$"{name}weight[{o}, {i}]"]).ToArray())],
                    [.. neurons.Select(o => parameters.Find($"{name}bias[{o}]"))],
                    activations[layer] ?? (x => x)
                )
            );
            place += activations[layer] is null ? 1 : 2;
        }
    }

    /// <summary>An activation that acts on each output alone.</summary>
    public static Func<Tensor[], Tensor[]> Each(Func<Tensor, Tensor> activation) => outputs => Array.ConvertAll(outputs, x => activation(x));

    /// <summary>The outputs for one sample.</summary>
    /// <param name="x">The inputs.</param>
    /// <param name="after">What becomes of each layer's outputs; null for nothing.</param>
    public Tensor[] Forward(Tensor[] x, Func<int, Tensor[], Tensor[]>? after = null)
    {
        for (var l = 0; l < _layers.Count; l++)
        {
            var ((weights, biases, activation), input) = (_layers[l], x);
            x = activation([.. weights.Zip(biases, (w, b) => Sum(w, b, input))]);
            x = after?.Invoke(l, x) ?? x;
        }

        return x;
    }

    private static Tensor Sum(Tensor[] weights, Tensor? bias, Tensor[] x)
    {
        var sum = bias ?? weights[0] * x[0];
        for (var i = bias is null ? 1 : 0; i < x.Length; i++)
            sum += weights[i] * x[i];
        return sum;
    }
}
