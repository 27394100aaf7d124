using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>
/// Backward pass of hand-written matrix networks: layer by layer from the last, with a formula each for a layer's error, the gradients of its
/// weights and biases, and the gradient of its inputs. Faults of such networks are planted by replacing one formula.
/// </summary>
internal sealed record LayerwiseBackward
{
    /// <summary>
    /// A layer's error, from the number of layers after it, the gradient of its outputs and its activation's derivative: their product.
    /// </summary>
    public Func<int, double[], double[], double[]> Error { get; init; } = (_, arrived, derivative) => [.. arrived.Zip(derivative, (a, d) => a * d)];

    /// <summary>The gradient of a weight, from the layer's error, its inputs, and the weight's row and column: error · input.</summary>
    public Func<LayerNumbers, int, int, double> Weight { get; init; } = (layer, row, column) => layer.Error[row] * layer.Inputs[column];

    /// <summary>The gradient of a bias, from the layer's error: the error.</summary>
    public Func<LayerNumbers, int, double> Bias { get; init; } = (layer, row) => layer.Error[row];

    /// <summary>Gradient of a layer's input: the transposed weights times its error.</summary>
    public Func<LayerNumbers, int, double> PassOn { get; init; } =
        (layer, column) => Enumerable.Range(0, layer.Error.Length).Sum(row => layer.Error[row] * layer.Weights[row][column]);

    /// <summary>True if a sample contributes to the gradients, from its index and the number of samples.</summary>
    public Func<int, int, bool> Counts { get; init; } = (_, _) => true;

    /// <summary>True if a layer's weights are updated before its error is backpropagated.</summary>
    public bool UpdatesOnTheWay { get; init; }

    /// <summary>Computes the gradients of a training step.</summary>
    public double?[] Run(ModelTraining training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var (shape, all) = (training.Shape, training.NodeGradients());
        var gradients = new double[training.Parameters.Length];
        var samples = training.Forwarded.Where((_, i) => Counts(i, training.BatchCount)).ToList();
        double[] numbers = [.. training.Parameters];
        var arrived = samples.Select(s => Array.ConvertAll(s[^1].Outputs, o => all[o.Index] ?? 0)).ToList();
        for (var l = shape.Layers - 1; l >= 0; l--)
        {
            var layers = samples
                .Select(
                    (s, i) =>
                        new LayerNumbers(
                            l,
                            Array.ConvertAll(s[l].Inputs, x => x.Data),
                            Array.ConvertAll(s[l].Outputs, x => x.Data),
                            Error(shape.Layers - 1 - l, arrived[i], Derivative(training.Activations[l], s[l])),
                            []
                        )
                )
                .ToList();
            foreach (var layer in layers)
            {
                for (var o = 0; o < layer.Error.Length; o++)
                {
                    for (var i = 0; i < layer.Inputs.Length; i++)
                        gradients[shape.Weight(l, o, i)] += Weight(layer, o, i);
                    if (shape.Bias)
                        gradients[shape.BiasOf(l, o)] += Bias(layer, o);
                }
            }

            if (UpdatesOnTheWay)
            {
                for (var p = shape.Start(l); p < shape.Start(l + 1); p++)
                    numbers[p] -= training.Rate * gradients[p];
            }

            var weights = Enumerable
                .Range(0, shape.Sizes[l + 1])
                .Select(o => Enumerable.Range(0, shape.Sizes[l]).Select(i => numbers[shape.Weight(l, o, i)]).ToArray())
                .ToArray();
            arrived =
            [
                .. layers.Select(layer =>
                    Enumerable.Range(0, layer.Inputs.Length).Select(i => PassOn(layer with { Weights = weights }, i)).ToArray()
                ),
            ];
        }

        return Array.ConvertAll(gradients, g => (double?)g);
    }

    private static double[] Derivative(ActivationRow activation, ModelLayer layer) =>
        activation.Ours == Activation.Linear
            ? [.. layer.Sums.Select(_ => 1.0)]
            : Array.ConvertAll(layer.Sums, z => ((ModelTape)z.Tape).Call(activation.Name, [z.Data], activation.Settings).Shares(1)[0]);
}

/// <summary>Numbers of one layer for one sample.</summary>
/// <param name="Layer">Index of the layer, from 0.</param>
/// <param name="Inputs">The layer's inputs.</param>
/// <param name="Outputs">The layer's outputs.</param>
/// <param name="Error">The gradient of its weighted sums.</param>
/// <param name="Weights">Its weights, a row per neuron; empty before they are needed.</param>
internal sealed record LayerNumbers(int Layer, double[] Inputs, double[] Outputs, double[] Error, double[][] Weights);
