using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Faults.FaultRuns;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Faults in the formulas of hand-written layers: activations' derivatives, and what gradients are products and sums of.</summary>
internal static class LayerFaults
{
    private static readonly TrainingSpec s_sigmoids = Small with { Activations = ["sigmoid", "sigmoid", "sigmoid"] };

    internal static IReadOnlyList<TrainingFault> All { get; } =
    [
        OfDerivative(
            "output-for-derivative",
            "The error is multiplied by the output, not by the activation's derivative",
            Small,
            (l, i) => l.Used[i],
            "delta = error · y in place of error · f′(z): the activation's own value stands where its derivative belongs.",
            "Layers after it are right. The error of each sample is off by another factor.",
            "y = tanh(z) = 0.5, error 2: delta is 2 · 0.75 = 1.5, here 1.",
            "delta = error * (1 − y²) for tanh, error * y * (1 − y) for the sigmoid."
        ),
        OfDerivative(
            "derivative-of-the-output",
            "An activation's derivative is taken at the output, not at the weighted sum",
            s_sigmoids,
            (l, i) => l.DerivativeAt(l.Outputs[i]),
            "f′(y) in place of f′(z): a function that squashes its argument itself is given what is squashed already.",
            "Layers after it are right; derivatives are those of a flatter or steeper place.",
            "def derivative(x): return sigmoid(x) * (1 − sigmoid(x)), called with the layer's output.",
            "Give it the weighted sum, or use y · (1 − y) with the output."
        ),
        OfDerivative(
            "output-formula-of-the-sum",
            "A derivative's formula for outputs is given the weighted sum",
            s_sigmoids,
            (l, i) => ByOutput(l, l.Sums[i]),
            "z · (1 − z) in place of y · (1 − y): the formula holds for the output, and the layer kept the sum.",
            "Layers after it are right; derivatives may be negative or large.",
            "def derivative(y): return y * (1 − y), called with the weighted sum.",
            "Give it the layer's output."
        ),
        OfDerivative(
            "derivative-of-the-sigmoid",
            "The sigmoid's derivative stands where another activation's belongs",
            Small,
            (l, i) => l.Outputs[i] * (1 - l.Outputs[i]),
            "y · (1 − y) is the derivative of the sigmoid; that of tanh is 1 − y², that of ReLU 0 or 1.",
            "Layers after it are right; the error may have the wrong sign where y is negative.",
            "y = tanh(z) = 0.5: 0.75, here 0.25.",
            "Change the derivative with the activation."
        ),
        OfDerivative(
            "derivative-of-tanh",
            "The derivative of tanh stands where another activation's belongs",
            s_sigmoids,
            (l, i) => 1 - l.Outputs[i] * l.Outputs[i],
            "1 − y² is the derivative of tanh; that of the sigmoid is y · (1 − y).",
            "Layers after it are right; errors are too great.",
            "y = sigmoid(z) = 0.5: 0.25, here 0.75.",
            "Change the derivative with the activation."
        ),
        OfDerivative(
            "derivative-twice",
            "The activation's derivative is applied twice",
            Small,
            (l, i) => l.Derivative[i] * l.Derivative[i],
            "delta is made with the derivative, and multiplied by it again where it is used.",
            "Layers after it are right; errors are too small, as tanh and sigmoid have derivatives below 1.",
            "derivative 0.5, error 2: delta is 1, here 0.5.",
            "Multiply by the derivative once, where delta is made."
        ),
        Of(
            "derivative-as-matrix-product-over-the-batch",
            "The activation's derivative is a matrix product over the batch",
            s_sigmoids,
            s => IsElementwise(s) && s.Activations.Any(a => a != "linear"),
            Errors(OverBatch(null, Everywhere)),
            "@ or dot in place of *: the samples' errors times the transposed derivatives' matrix, or y.T @ (1 − y) for y * (1 − y). Samples are mixed.",
            "Layers after it are right. Those before it have gradients of low rank, often far too great.",
            "delta = error @ y.T @ (1 − y), which has the shape of error * y * (1 − y).",
            "delta = error * y * (1 − y): only what passes through weights is a matrix product.",
            clues =>
                Ranges(clues)
                    .SelectMany(range =>
                        new[]
                        {
                            new FaultVariant($"y.T @ (1 − y){range.Says}", Errors(OverBatch(null, range.Holds))),
                            new FaultVariant(
                                $"error @ f′.T @ f′{range.Says}",
                                Errors(OverBatch((l, i) => l.Derivative[i], range.Holds, (l, i) => l.Derivative[i]))
                            ),
                            new FaultVariant(
                                $"error @ f′.T @ y{range.Says}",
                                Errors(OverBatch((l, i) => l.Derivative[i], range.Holds, (l, i) => l.Outputs[i]))
                            ),
                            new FaultVariant($"f′ summed over the batch{range.Says}", Errors(Summed(range.Holds))),
                            new FaultVariant(
                                $"error @ f′, with as many samples as units{range.Says}",
                                Errors(Square(range.Holds, (all, k, j) => all[k].Derivative[j]))
                            ),
                            new FaultVariant(
                                $"error @ f′.T, with as many samples as units{range.Says}",
                                Errors(Square(range.Holds, (all, k, j) => all[j].Derivative[k]))
                            ),
                        }
                    )
        ),
        Of(
            "own-output-for-input",
            "The gradient of weights is delta times the layer's own output",
            Small,
            IsElementwise,
            new() { Layers = new() { Weight = (l, row, _) => l.Error[row] * l.Outputs[row] } },
            "dw = delta · output of the neuron itself, where the input belongs that the weight multiplies.",
            "Biases are right. All weights of a neuron have the same gradient.",
            "x = (3, 4), output 0.5, delta 2: dw = (6, 8), here (1, 1).",
            "dw = delta · input, which is the output of the layer before.",
            clues =>
                Ranges(clues)
                    .Select(range => new FaultVariant(
                        range.Says.TrimStart(':', ' '),
                        new() { Layers = new() { Weight = (l, row, column) => l.Error[row] * (range.Holds(l) ? l.Outputs[row] : l.Inputs[column]) } }
                    ))
        ),
        Of(
            "bias-gradient-of-first-sample",
            "The gradient of biases is that of one sample",
            Small,
            s => IsElementwise(s) && s.Bias,
            OfBias((l, row) => l.Sample == 0 ? l.Error[row] : 0),
            "db = delta[0]: the batch's first row is taken where its rows are to be summed.",
            "Weights are right; biases have the gradient of one sample.",
            "deltas 3 and 4: db = 7, here 3.",
            "db = delta.sum(axis=0).",
            clues =>
                [
                    new("the last", OfBias((l, row) => l.Sample == l.Count - 1 ? l.Error[row] : 0)),
                    new("the first, times the number of samples", OfBias((l, row) => l.Sample == 0 ? l.Count * l.Error[row] : 0)),
                    new("the last, times the number of samples", OfBias((l, row) => l.Sample == l.Count - 1 ? l.Count * l.Error[row] : 0)),
                ]
        ),
        Of(
            "bias-gradient-over-units",
            "The gradient of biases is summed over the units",
            Small,
            s => IsElementwise(s) && s.Bias && s.Sizes.Skip(1).Any(n => n > 1),
            OfBias((l, _) => l.Error.Sum()),
            "db = delta.sum() or delta.sum(axis=1): the sum runs over the neurons of the layer too, or in place of the samples.",
            "Weights are right; all biases of a layer have the same gradient, or each that of a sample.",
            "deltas (1, 2) and (3, 4): db = (4, 6), here (10, 10).",
            "db = delta.sum(axis=0), with a row for each sample.",
            clues =>
                [
                    new("and averaged", OfBias((l, _) => l.Error.Sum() / l.Error.Length)),
                    new("averaged over units and samples", OfBias((l, _) => l.Error.Sum() / (l.Error.Length * l.Count))),
                    new(
                        "of one sample each, where there are as many",
                        OfBias((l, row) => l.Error.Length == l.Count ? (l.Sample == row ? l.Error.Sum() : 0) : l.Error[row])
                    ),
                    new(
                        "averaged, of one sample each, where there are as many",
                        OfBias((l, row) => l.Error.Length == l.Count ? (l.Sample == row ? l.Error.Sum() / l.Error.Length : 0) : l.Error[row])
                    ),
                ]
        ),
    ];

    private static readonly Dictionary<string, Func<double, double[], double>> s_byOutput = Derivatives
        .All.Where(d => d.FromOutput is not null)
        .ToDictionary(d => d.Op, d => d.FromOutput!.Value.Code, StringComparer.Ordinal);

    private static TrainingFault OfDerivative(
        string name,
        string title,
        TrainingSpec run,
        Func<LayerNumbers, int, double> derivative,
        string what,
        string effect,
        string example,
        string repair
    ) =>
        Of(
            name,
            title,
            run,
            s => IsElementwise(s) && s.Activations.Any(a => a != "linear"),
            Errors(LayerwiseBackward.ErrorOfEach(l => l.IsLinear ? l.Product() : l.Product(i => derivative(l, i)))),
            what,
            effect,
            example,
            repair,
            clues =>
                Ranges(clues)
                    .Select(range => new FaultVariant(
                        range.Says.TrimStart(':', ' '),
                        Errors(LayerwiseBackward.ErrorOfEach(l => l.IsLinear || !range.Holds(l) ? l.Product() : l.Product(i => derivative(l, i))))
                    ))
        );

    private static bool Everywhere(LayerNumbers layer) => true;

    /// <summary>Layers that a rule may be wrong in: the last one, all others, each.</summary>
    private static IEnumerable<(string Says, Func<LayerNumbers, bool> Holds)> Ranges(TrainingClues clues)
    {
        var shape = clues.Shape;
        if (!clues.IsFrom(TrainingPhase.Backward))
            yield break;
        yield return ("", Everywhere);
        if (shape.Layers == 1)
            yield break;
        yield return (": in the last layer", l => l.FromLast == 0);
        yield return (": in hidden layers", l => l.FromLast > 0);
        for (var k = 0; shape.Layers > 2 && k < shape.Layers - 1; k++)
        {
            var layer = k;
            yield return ($": in layer {layer}", l => l.Layer == layer);
        }
    }

    private static LoopRules Errors(Func<IReadOnlyList<LayerNumbers>, double[][]> errors) => new() { Layers = new() { Errors = errors } };

    private static LoopRules OfBias(Func<LayerNumbers, int, double> bias) => new() { Layers = new() { Bias = bias } };

    /// <summary>An activation's derivative by the formula for its output, where one is in use.</summary>
    internal static double ByOutput(LayerNumbers layer, double output) =>
        s_byOutput.TryGetValue(layer.Activation.Name, out var formula) ? formula(output, layer.Activation.Settings) : layer.DerivativeAt(output);

    /// <summary>Errors as error @ left.T @ right, with a row for each sample; without factors y.T @ (1 − y), or for tanh (1 + y).T @ (1 − y).</summary>
    private static Func<IReadOnlyList<LayerNumbers>, double[][]> OverBatch(
        Func<LayerNumbers, int, double>? left,
        Func<LayerNumbers, bool> holds,
        Func<LayerNumbers, int, double>? right = null
    ) =>
        layers =>
        {
            if (layers[0].IsLinear || !holds(layers[0]))
                return [.. layers.Select(l => l.Product())];
            var isTanh = layers[0].Activation.Name == "tanh";
            var (a, b) = (right is null ? (l, i) => isTanh ? 1 + l.Outputs[i] : l.Outputs[i] : left!, right ?? ((l, i) => 1 - l.Outputs[i]));
            var units = layers[0].Outputs.Length;
            return
            [
                .. layers.Select(l =>
                    Enumerable
                        .Range(0, units)
                        .Select(j => Enumerable.Range(0, units).Sum(k => l.Arrived[k] * layers.Sum(other => a(other, k) * b(other, j))))
                        .ToArray()
                ),
            ];
        };

    /// <summary>Errors as error @ a matrix whose rows and columns are samples in one and units in the other, which fits where there are as many.</summary>
    private static Func<IReadOnlyList<LayerNumbers>, double[][]> Square(
        Func<LayerNumbers, bool> holds,
        Func<IReadOnlyList<LayerNumbers>, int, int, double> matrix
    ) =>
        layers =>
            layers[0].IsLinear || !holds(layers[0]) || layers.Count != layers[0].Outputs.Length
                ? [.. layers.Select(l => l.Product())]
                :
                [
                    .. layers.Select(l =>
                        l.Arrived.Select((_, j) => Enumerable.Range(0, layers.Count).Sum(k => l.Arrived[k] * matrix(layers, k, j))).ToArray()
                    ),
                ];

    private static Func<IReadOnlyList<LayerNumbers>, double[][]> Summed(Func<LayerNumbers, bool> holds) =>
        layers =>
            layers[0].IsLinear || !holds(layers[0])
                ? [.. layers.Select(l => l.Product())]
                : [.. layers.Select(l => l.Product(i => layers.Sum(other => other.Derivative[i])))];
}
