using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Faults.FaultRuns;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Faults in clearing gradients, and in the backward pass of a network as a whole.</summary>
internal static class GradientFaults
{
    internal static IReadOnlyList<TrainingFault> All { get; } =
    [
        Row(
            "gradients-not-cleared",
            "Gradients are not cleared between steps",
            Small,
            s => s.ClearGradients,
            new() { Clear = _ => { } },
            "Backward adds to the gradients that are there. Without zero_grad before it each step goes by the sum of all gradients so far.",
            "The first step is right. From the second on each recorded gradient is the sum of this step's and all earlier ones; the loss falls, "
                + "overshoots and swings.",
            "loss = w², w = 1, lr 0.1: the gradients should be 2, 1.6, 1.28; they are 2, 3.6, 4.48.",
            "optimizer.zero_grad(), or p.grad = 0 for every parameter, before each backward pass."
        ),
        Row(
            "gradients-cleared-on-wrong-object",
            "Gradients are cleared on another object: of some parameters only",
            Small,
            s => s.ClearGradients && s.Sizes.Count > 2,
            new() { Clear = t => t.ClearGradients(p => t.Shape.LayerOf(p) == t.Shape.Layers - 1) },
            "zero_grad is called on one layer, or on an object that holds only some of the parameters, in place of the whole network.",
            "The parameters that are cleared are right. The others' gradients add up from step to step.",
            "layers[-1].zero_grad() in place of model.zero_grad().",
            "Clear the very parameters that the optimizer changes: for p in model.parameters(): p.grad = 0.",
            clues =>
                Parts(clues.Shape)
                    .Skip(1)
                    .Select(part => new FaultVariant($"cleared: {part.Says}", new() { Clear = t => t.ClearGradients(p => part.Holds(t.Shape, p)) }))
        ),
        Row(
            "biases-not-cleared",
            "The gradients of biases are not cleared",
            Small,
            s => s.ClearGradients && s.Bias,
            new() { Clear = t => t.ClearGradients(p => !t.Shape.IsBias(p)) },
            "The loop that clears gradients runs over the weights only.",
            "Weights are right in the first two steps; the biases' gradients add up.",
            "for w in self.w: w.grad = 0, without self.b.grad = 0.",
            "Let one method list all parameters, and use it for clearing and for updating."
        ),
        Row(
            "stale-gradients",
            "The update runs again without a new backward pass",
            Small,
            _ => true,
            new() { Clear = _ => { }, Backward = t => t.Number == 0 ? t.Backward() : new double?[t.Parameters.Length] },
            "Backward runs once, before the loop or in another cell of the notebook, and each step goes by those gradients again.",
            "The first step is right. Then the gradients stay the same while losses change, and the loss soon rises.",
            "loss = w², w = 1, lr 0.1: w becomes 0.8, 0.6, 0.4 with the gradient 2 each time; right are 0.8, 0.64, 0.512.",
            "Each step: forward, clear, backward, update."
        ),
        Row(
            "gradients-one-step-late",
            "The update comes before the backward pass",
            Small,
            s => s.Clip is null,
            new()
            {
                Update = t =>
                {
                    if (t.EarlierGradients is { } earlier)
                        t.Update(_ => true, gradients: earlier);
                },
            },
            "The update stands above backward in the loop, so that it goes by the gradients of the step before.",
            "The first step changes nothing; each later one uses gradients that belong to older parameters.",
            "optimizer.step(); loss.backward() in place of loss.backward(); optimizer.step().",
            "Each step: forward, clear, backward, update."
        ),
        Row(
            "gradients-of-last-sample",
            "Only the last sample's gradients count",
            Small,
            s => IsElementwise(s) && !Classes(s),
            new() { Layers = new() { Counts = (i, count) => i == count - 1 } },
            "Each sample's gradients overwrite those of the samples before it: dW = … in place of dW += … in the loop over the batch.",
            "With one sample all is right. Otherwise gradients are those of the last sample alone; the rank of a layer's gradient is 1.",
            "Two samples with gradients 3 and 4: the batch's gradient is 7, here 4.",
            "Start each batch at 0 and add every sample's gradients."
        ),
        Row(
            "gradients-averaged",
            "Gradients are divided by the number of samples, the loss is not",
            Small,
            s => IsSum(s) && s.L2 == 0,
            new() { Gradient = (t, _, g) => g / t.BatchCount },
            "The loss is a sum over the samples, but backward divides by their number, as for a mean.",
            "Losses of the first step are right. Gradients have a constant ratio to the right ones, 1 over the number of samples.",
            "dW = δ·xᵀ / n, although the loss is Σ(o − y)².",
            "Divide both or neither: the gradient of a sum is the sum of the gradients."
        ),
        Row(
            "gradients-summed",
            "Gradients are not divided by the number of samples, the loss is",
            WithLoss("mse_loss"),
            s => !IsSum(s) && s.L2 == 0,
            new() { Gradient = (t, _, g) => g * t.BatchCount },
            "The loss is a mean over the samples, but backward adds up without dividing by their number.",
            "Losses of the first step are right. Gradients have a constant ratio to the right ones, the number of samples.",
            "dW = δ·xᵀ, although the loss is Σ(o − y)²/n.",
            "Divide the error at the outputs by the number of samples, once."
        ),
        Row(
            "square-without-its-factor",
            "The derivative of the square is taken without its 2",
            Small,
            s => s.Loss.Kind == "mse_loss" && s.L2 == 0,
            new() { Gradient = (_, _, g) => 0.5 * g },
            "Backward starts from o − y, the derivative of ½(o − y)², where the loss is (o − y)².",
            "Losses of the first step are right. All gradients are half of the right ones.",
            "o = 3, y = 1: the gradient of (o − y)² is 4, here 2.",
            "Start from 2(o − y), or put the ½ into the loss as well."
        ),
        Row(
            "error-with-wrong-sign",
            "Backward starts from target minus output",
            Small,
            s => s.L2 == 0,
            new() { Gradient = (_, _, g) => -g },
            "The error is taken as y − o where the loss has o − y. For the square's value the order does not count, for its gradient it does.",
            "Losses of the first step are right. All gradients have the opposite sign, and the loss rises.",
            "o = 3, y = 1: the gradient of (o − y)² is 4, here −4.",
            "Start from o − y; or keep y − o and add the gradients to the parameters."
        ),
        Row(
            "hidden-derivative-left-out",
            "Hidden layers leave their activation's derivative out",
            Small,
            s => IsElementwise(s) && HasHiddenActivation(s),
            Error(l => l.FromLast > 0 ? l.Arrived : l.Product()),
            "A hidden layer's error is what arrives at its outputs; that its activation bends the sums is forgotten.",
            "The last layer's gradients are right, those of all layers before it too great, as tanh and sigmoid have derivatives below 1.",
            "h = tanh(w·x): dw is taken as arrived · x in place of arrived · (1 − h²) · x.",
            "error = arrived * derivative(z), elementwise, for each layer with an activation."
        ),
        Row(
            "output-derivative-left-out",
            "The last layer leaves its activation's derivative out",
            Small,
            s => IsElementwise(s) && s.Activations[^1] != "linear",
            Error(l => l.FromLast == 0 ? l.Arrived : l.Product()),
            "The error at the outputs is taken for the error of the last layer's sums. That is right for a linear layer only, or where loss and "
                + "activation are differentiated together.",
            "All gradients are wrong, each sample's by the factor that its output's derivative would be.",
            "o = tanh(z), loss = (o − y)²: the error of z is 2(o − y)(1 − o²), here 2(o − y).",
            "error = dloss/do * derivative(z)."
        ),
        Row(
            "matrix-for-elementwise-product",
            "A matrix product where an elementwise product belongs",
            Small,
            s => IsElementwise(s) && s.Sizes.Skip(1).Any(n => n > 1),
            Error(l => Filled(l.Arrived.Length, l.Product().Sum())),
            "A layer's error is the scalar product of what arrives and the derivative, in place of their elementwise product: @ or dot for *.",
            "Layers of one neuron are right. In others all neurons have the same error, so the gradient's rows are equal and its rank is 1 per sample.",
            "arrived (1, 2), derivative (3, 4): the error is (3, 8), here (11, 11).",
            "Only what passes through weights is a matrix product; activations act on each number alone."
        ),
        Row(
            "elementwise-for-matrix-product",
            "An elementwise product where a matrix product belongs, in the backward pass",
            Small,
            s => IsElementwise(s) && s.Sizes.Skip(1).SkipLast(1).Any(n => n > 1) && s.Sizes.Skip(2).Any(n => n > 1),
            Layerwise(b =>
                b with
                {
                    PassOn = (layer, column) => layer.Weights[column % layer.Error.Length][column] * layer.Error[column % layer.Error.Length],
                }
            ),
            "What a layer passes on is taken as weight times error, number by number, in place of the transposed matrix times the error.",
            "The last layers are right. An input receives the share of one neuron only, not the sum over all that use it.",
            "W = ((1, 2), (3, 4)), error (5, 6): passed on is (1·5 + 3·6, 2·5 + 4·6) = (23, 34), here (1·5, 4·6) = (5, 24).",
            "arrived = W.T @ error."
        ),
        Row(
            "weights-not-transposed-backward",
            "The error is passed on through the weights untransposed",
            Small,
            s => IsElementwise(s) && HasSquareLayer(s),
            Layerwise(b =>
                b with
                {
                    PassOn = (layer, column) =>
                        IsSquare(layer)
                            ? layer.Error.Select((e, row) => layer.Weights[column][row] * e).Sum()
                            : new LayerwiseBackward().PassOn(layer, column),
                }
            ),
            "W @ error in place of W.T @ error. Where a layer is as wide as its inputs the shapes fit all the same.",
            "Layers from the square one on are right, those before it wrong.",
            "W = ((1, 2), (3, 4)), error (5, 6): passed on is (23, 34), here (17, 39).",
            "arrived = W.T @ error; test with layers that are not square."
        ),
        Row(
            "weight-gradient-transposed",
            "The gradient of a layer's weights is transposed",
            Small,
            s => IsElementwise(s) && HasSquareLayer(s),
            Layerwise(b =>
                b with
                {
                    Weight = (layer, row, column) =>
                        IsSquare(layer) ? layer.Error[column] * layer.Inputs[row] : layer.Error[row] * layer.Inputs[column],
                }
            ),
            "x·errorᵀ in place of error·xᵀ. Where a layer is as wide as its inputs the shapes fit all the same.",
            "Biases and layers that are not square are right; a square layer's weights have each other's gradients.",
            "error (1, 2), x (3, 4): dW = ((3, 4), (6, 8)), here ((3, 6), (4, 8)).",
            "dW = outer(error, x): a row for each output."
        ),
        Row(
            "outputs-for-inputs",
            "The gradient of weights uses the layer's outputs, not its inputs",
            Small,
            s => IsElementwise(s) && HasSquareLayer(s),
            Layerwise(b =>
                b with
                {
                    Weight = (layer, row, column) => layer.Error[row] * (IsSquare(layer) ? layer.Outputs[column] : layer.Inputs[column]),
                }
            ),
            "The layer kept its outputs in the forward pass where it needs its inputs: the list of activations is read one place too far.",
            "Biases are right, as they do not depend on the inputs; a square layer's weights are wrong.",
            "x = 3, output 0.5, error 2: dW = 6, here 1.",
            "Layer l uses activations[l], which is what it took; activations[0] are the inputs."
        ),
        Row(
            "error-not-passed-on",
            "Only the last layer learns",
            Small,
            s => IsElementwise(s) && s.Sizes.Count > 2,
            Layerwise(b => b with { PassOn = (_, _) => 0 }),
            "The last layer does not pass its error on: the graph is cut, by detach, by a plain number taken out of it, or by a missing call.",
            "The last layer's gradients are right, all others 0.",
            "h = layer1(x).data; o = layer2(h).",
            "Keep values, not numbers, between layers."
        ),
        Row(
            "updated-during-backward",
            "Weights are updated before the error is passed on through them",
            Small,
            s =>
                IsElementwise(s)
                && s.Sizes.Count > 2
                && s.Optimizer.Kind == "sgd"
                && s.Optimizer["momentum"] == 0
                && s.Optimizer["weight_decay"] == 0
                && s.Clip is null,
            Layerwise(b => b with { UpdatesOnTheWay = true }),
            "A layer's backward changes its weights and then computes what it passes on, from the changed weights.",
            "The last layer's gradients are right, those before it slightly wrong, the more the greater the learning rate.",
            "w = 2, error 1, x = 3, lr 0.1: passed on should be 2, but is 2 − 0.1·3 = 1.7.",
            "Compute all gradients first, then update all layers."
        ),
        Row(
            "bias-gradient-averaged",
            "The gradient of biases is averaged over the batch, that of weights is summed",
            Small,
            s => IsElementwise(s) && s.Bias,
            new() { Gradient = (t, p, g) => t.Shape.IsBias(p) ? g / t.BatchCount : g },
            "mean over the samples for db, a sum for dW.",
            "Weights are right. Biases have a constant ratio to the right gradients, 1 over the number of samples.",
            "db = error.mean(axis=0) beside dW = error.T @ x.",
            "Reduce both alike: db = error.sum(axis=0)."
        ),
        Row(
            "bias-gradient-zero",
            "The gradient of biases is 0",
            Small,
            s => s.Bias,
            new() { Gradient = (t, p, g) => t.Shape.IsBias(p) ? 0 : g },
            "Backward computes the weights' gradients only.",
            "Weights' gradients are right in the first step; biases never change.",
            "self.db is initialised and never written.",
            "db = error, summed over the samples."
        ),
    ];

    private static LoopRules Layerwise(Func<LayerwiseBackward, LayerwiseBackward> plant) => new() { Layers = plant(new()) };

    private static LoopRules Error(Func<LayerNumbers, double[]> error) => new() { Layers = new() { Errors = LayerwiseBackward.ErrorOfEach(error) } };

    private static bool IsSquare(LayerNumbers layer) => layer.Error.Length == layer.Inputs.Length;

    private static bool IsSum(TrainingSpec spec) => spec.Loss.Word("reduction") == "sum";

    private static bool Classes(TrainingSpec spec) => spec.Loss.Kind is "cross_entropy" or "nll_loss";

    private static bool HasHiddenActivation(TrainingSpec spec) => spec.Activations.SkipLast(1).Any(a => a != "linear");

    private static double[] Filled(int count, double number) => [.. Enumerable.Repeat(number, count)];
}
