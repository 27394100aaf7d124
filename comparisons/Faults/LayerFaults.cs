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
        Row(
            "derivative-as-matrix-product-over-the-batch",
            "The activation's derivative is a matrix product over the batch",
            s_sigmoids,
            s => IsElementwise(s) && s.Activations.Any(a => a != "linear"),
            Errors(OverBatch(OfFormula, Everywhere)),
            "@ or dot in place of *: the samples' errors times the transposed derivatives' matrix, or y.T @ (1 − y) for y * (1 − y). Samples are mixed.",
            "Layers after it are right. Those before it have gradients of low rank, often far too great.",
            "delta = error @ y.T @ (1 − y), which has the shape of error * y * (1 − y).",
            "delta = error * y * (1 − y): only what passes through weights is a matrix product.",
            clues =>
                Ranges(clues)
                    .SelectMany(range =>
                        new[]
                        {
                            Form("", OfFormula),
                            Form("y.T @ (1 − y)", Product(Output, Rest)),
                            Form("(1 + y).T @ (1 − y)", Product((l, i) => 1 + l.Outputs[i], Rest)),
                            Form("1 − y.T @ y", (all, k, j) => 1 - Product(Output, Output)(all, k, j)),
                            Form("f′.T @ f′", Product(Slope, Slope)),
                            Form("f′.T @ y", Product(Slope, Output)),
                            Form("y.T @ f′", Product(Output, Slope)),
                            Form("f′ summed over the batch", (all, k, j) => k == j ? all.Sum(l => l.Derivative[j]) : 0),
                            Form("f′, with as many samples as units", (all, k, j) => AsMany(all, j) ? all[k].Derivative[j] : double.NaN),
                            Form("f′.T, with as many samples as units", (all, k, j) => AsMany(all, j) ? all[j].Derivative[k] : double.NaN),
                        }.Select(form => new FaultVariant(
                            form.Says.Length == 0 ? range.Says.TrimStart(':', ' ') : $"error @ {form.Says}{range.Says}",
                            Errors(OverBatch(form.Matrix, range.Holds))
                        ))
                    )
        ),
        Row(
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
        Row(
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
        Row(
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
        Row(
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

    private static (string Says, Func<IReadOnlyList<LayerNumbers>, int, int, double> Matrix) Form(
        string says,
        Func<IReadOnlyList<LayerNumbers>, int, int, double> matrix
    ) => (says, matrix);

    private static double Output(LayerNumbers layer, int unit) => layer.Outputs[unit];

    private static double Rest(LayerNumbers layer, int unit) => 1 - layer.Outputs[unit];

    private static double Slope(LayerNumbers layer, int unit) => layer.Derivative[unit];

    private static bool AsMany(IReadOnlyList<LayerNumbers> layers, int unit) => layers.Count == layers[unit % layers.Count].Outputs.Length;

    /// <summary>A number of left.T @ right, matrices with a row for each sample.</summary>
    private static Func<IReadOnlyList<LayerNumbers>, int, int, double> Product(
        Func<LayerNumbers, int, double> left,
        Func<LayerNumbers, int, double> right
    ) => (layers, k, j) => layers.Sum(l => left(l, k) * right(l, j));

    /// <summary>The activation's formula for outputs with a matrix product: 1 − y.T @ y for tanh, else y.T @ (1 − y).</summary>
    private static double OfFormula(IReadOnlyList<LayerNumbers> layers, int k, int j) =>
        layers[0].Activation.Name == "tanh" ? 1 - Product(Output, Output)(layers, k, j) : Product(Output, Rest)(layers, k, j);

    /// <summary>Errors as error @ a matrix, with a row for each sample.</summary>
    private static Func<IReadOnlyList<LayerNumbers>, double[][]> OverBatch(
        Func<IReadOnlyList<LayerNumbers>, int, int, double> matrix,
        Func<LayerNumbers, bool> holds
    ) =>
        layers =>
        {
            if (layers[0].IsLinear || !holds(layers[0]))
                return [.. layers.Select(l => l.Product())];
            var units = Enumerable.Range(0, layers[0].Outputs.Length).ToArray();
            var numbers = Array.ConvertAll(units, k => Array.ConvertAll(units, j => matrix(layers, k, j)));
            return [.. layers.Select(l => Array.ConvertAll(units, j => units.Sum(k => l.Arrived[k] * numbers[k][j])))];
        };
}
