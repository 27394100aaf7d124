using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>
/// Backward pass of hand-written matrix networks: layer by layer from the last, with a formula each for a layer's error, the gradients of its
/// weights and biases, and the gradient of its inputs. Faults of such networks are planted by replacing one formula.
/// </summary>
internal sealed record LayerwiseBackward
{
    /// <summary>Errors of a layer, the gradients of its weighted sums, of all samples: arrived · derivative, elementwise.</summary>
    public Func<IReadOnlyList<LayerNumbers>, double[][]> Errors { get; init; } = ErrorOfEach(layer => layer.Product());

    /// <summary>Errors of a sample's last layer with softmax; null for softmax's own gradient.</summary>
    public Func<LayerNumbers, double[]>? SoftmaxErrors { get; init; }

    /// <summary>The gradient of a weight, from the layer of a sample, and the weight's row and column: error · input.</summary>
    public Func<LayerNumbers, int, int, double> Weight { get; init; } = (layer, row, column) => layer.Error[row] * layer.Inputs[column];

    /// <summary>The gradient of a bias, from the layer of a sample: the error.</summary>
    public Func<LayerNumbers, int, double> Bias { get; init; } = (layer, row) => layer.Error[row];

    /// <summary>Gradient of a layer's input: the transposed weights times its error.</summary>
    public Func<LayerNumbers, int, double> PassOn { get; init; } =
        (layer, column) => Enumerable.Range(0, layer.Error.Length).Sum(row => layer.Error[row] * layer.Weights[row][column]);

    /// <summary>True if a sample contributes to the gradients, from its index and the number of samples.</summary>
    public Func<int, int, bool> Counts { get; init; } = (_, _) => true;

    /// <summary>True if a layer's weights are updated before its error is backpropagated.</summary>
    public bool UpdatesOnTheWay { get; init; }

    /// <summary>Errors of a layer, sample by sample.</summary>
    public static Func<IReadOnlyList<LayerNumbers>, double[][]> ErrorOfEach(Func<LayerNumbers, double[]> error) =>
        layers => [.. layers.Select(error)];

    /// <summary>Computes the gradients of a training step.</summary>
    /// <param name="training">The run, after a forward pass.</param>
    /// <param name="all">Gradients of the nodes of that pass; what arrives at the outputs is taken from them.</param>
    public double?[] Run(ModelTraining training, double?[] all)
    {
        var shape = training.Shape;
        var gradients = Array.ConvertAll(training.Parameters, p => training.Spec.L2 == 0 ? 0 : 2 * training.Spec.L2 * p);
        var samples = training.Forwarded.Select((s, i) => (Layers: s, Index: i)).Where(s => Counts(s.Index, training.BatchCount)).ToList();
        double[] numbers = [.. training.Parameters];
        var arrived = samples.Select(s => At(s.Layers[^1].Outputs)).ToList();
        for (var k = shape.Layers - 1; k >= 0; k--)
        {
            var l = k;
            var weights = Weights();
            var layers = samples
                .Select(
                    (s, i) =>
                        new LayerNumbers
                        {
                            Layer = l,
                            FromLast = shape.Layers - 1 - l,
                            Sample = s.Index,
                            Count = samples.Count,
                            Activation = training.Activations[l],
                            DerivativeAt = z => DerivativeAt(training.Activations[l], s.Layers[l].Sums[0], z),
                            Inputs = Data(s.Layers[l].Inputs),
                            Outputs = Data(s.Layers[l].Outputs),
                            Used = Data(l < shape.Layers - 1 ? s.Layers[l + 1].Inputs : s.Layers[l].Outputs),
                            Sums = Data(s.Layers[l].Sums),
                            Arrived = arrived[i],
                            Derivative = Derivative(training.Activations[l], s.Layers[l]),
                            Weights = weights,
                        }
                )
                .ToList();
            var errors =
                training.Activations[l].Whole is not null && !layers[0].IsLinear
                    ? [.. samples.Select((s, i) => SoftmaxErrors?.Invoke(layers[i]) ?? At(s.Layers[l].Sums))]
                    : Errors(layers);
            layers = [.. layers.Select((layer, i) => layer with { Error = errors[i] })];
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
                weights = Weights();
            }

            arrived =
            [
                .. layers.Select(layer =>
                    Enumerable.Range(0, layer.Inputs.Length).Select(i => PassOn(layer with { Weights = weights }, i)).ToArray()
                ),
            ];

            double[][] Weights() =>
                [
                    .. Enumerable
                        .Range(0, shape.Sizes[l + 1])
                        .Select(o => Enumerable.Range(0, shape.Sizes[l]).Select(i => numbers[shape.Weight(l, o, i)]).ToArray()),
                ];
        }

        return Array.ConvertAll(gradients, g => (double?)g);

        double[] At(OpValue[] values) => Array.ConvertAll(values, o => all[o.Index] ?? 0);
    }

    private static double[] Data(OpValue[] values) => Array.ConvertAll(values, v => v.Data);

    private static double[] Derivative(ActivationRow activation, ModelLayer layer) =>
        Array.ConvertAll(layer.Sums, z => DerivativeAt(activation, z, z.Data));

    private static double DerivativeAt(ActivationRow activation, OpValue of, double z) =>
        activation.Whole is not null ? 1 : ((ModelTape)of.Tape).Call(activation.Name, [z], activation.Settings).Shares(1)[0];
}

/// <summary>Numbers of one layer for one sample.</summary>
internal sealed record LayerNumbers
{
    /// <summary>Index of the layer, from 0.</summary>
    public required int Layer { get; init; }

    /// <summary>Number of layers after it.</summary>
    public required int FromLast { get; init; }

    /// <summary>Index of the sample.</summary>
    public required int Sample { get; init; }

    /// <summary>Number of samples.</summary>
    public required int Count { get; init; }

    /// <summary>The layer's activation.</summary>
    public required ActivationRow Activation { get; init; }

    /// <summary>The activation's derivative at a number.</summary>
    public required Func<double, double> DerivativeAt { get; init; }

    /// <summary>True if the layer has no activation.</summary>
    public bool IsLinear => Activation.Ours == Micrograd.Activation.Linear;

    /// <summary>The layer's inputs.</summary>
    public required double[] Inputs { get; init; }

    /// <summary>Its weighted sums.</summary>
    public required double[] Sums { get; init; }

    /// <summary>Its outputs.</summary>
    public required double[] Outputs { get; init; }

    /// <summary>Its outputs as the next layer takes them: some may be dropped.</summary>
    public required double[] Used { get; init; }

    /// <summary>Gradients of its outputs.</summary>
    public required double[] Arrived { get; init; }

    /// <summary>Its activation's derivative at each sum.</summary>
    public required double[] Derivative { get; init; }

    /// <summary>Its weights, a row per neuron.</summary>
    public required double[][] Weights { get; init; }

    /// <summary>The gradient of its weighted sums.</summary>
    public double[] Error { get; init; } = [];

    /// <summary>Upstream gradient times a derivative, elementwise.</summary>
    public double[] Product(Func<int, double>? derivative = null) => [.. Arrived.Select((a, i) => a * (derivative?.Invoke(i) ?? Derivative[i]))];
}
