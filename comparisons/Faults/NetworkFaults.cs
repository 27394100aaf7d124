using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Faults.FaultRuns;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Faults in a network's forward pass, in reading its parameters and its data.</summary>
internal static class NetworkFaults
{
    internal static IReadOnlyList<TrainingFault> All { get; } =
    [
        Row(
            "activation-missing-on-first-layer",
            "The first layer has no activation",
            Small,
            s => s.Activations[0] != "linear" && s.Activations.Count > 1,
            Misread(s => s with { Activations = ["linear", .. s.Activations.Skip(1)] }),
            "The first layer's weighted sums are passed on as they are.",
            "Outputs are wrong from the first step on. Two linear layers in a row can do no more than one.",
            "h = W1·x + b1 in place of h = tanh(W1·x + b1).",
            "Apply the activation after every hidden layer."
        ),
        Row(
            "activation-missing-on-last-layer",
            "The last layer has no activation",
            Small,
            s => s.Activations[^1] != "linear",
            Misread(s => s with { Activations = [.. s.Activations.SkipLast(1), "linear"] }),
            "The last layer's sums are returned as they are, where an activation is meant to follow.",
            "Outputs are wrong from the first step on and leave the activation's range.",
            "o = W3·h + b3 in place of o = tanh(W3·h + b3).",
            "Apply the last activation, or say that the layer is linear on both sides."
        ),
        Row(
            "activation-on-last-layer",
            "The last layer, which is linear, has an activation",
            Small with
            {
                Activations = ["tanh", "tanh", "linear"],
            },
            s => s.Activations[^1] == "linear" && s.Activations.Count > 1 && s.Activations[0] is not ("linear" or "softmax"),
            Misread(s => s with { Activations = [.. s.Activations.SkipLast(1), s.Activations[0]] }),
            "A loop over all layers applies the activation after the last one too.",
            "Outputs are confined to the activation's range: a regression cannot reach its targets, a ReLU's outputs cannot be negative.",
            "for layer in layers: x = tanh(layer(x)).",
            "Leave the last layer out of the loop, or give each layer an activation of its own."
        ),
        Row(
            "sigmoid-for-tanh",
            "Sigmoid in place of tanh",
            Small,
            s => s.Activations.Contains("tanh"),
            Misread(s => s with { Activations = [.. s.Activations.Select(a => a == "tanh" ? "sigmoid" : a)] }),
            "The squashing function is the logistic one, with values from 0 to 1, where tanh with −1 to 1 is meant.",
            "Outputs are wrong from the first step on, and never negative.",
            "tanh(1) = 0.7616, sigmoid(1) = 0.7311; tanh(x) = 2·sigmoid(2x) − 1.",
            "Use tanh."
        ),
        Row(
            "relu-for-leaky-relu",
            "ReLU in place of leaky ReLU",
            Small with
            {
                Activations = ["leaky_relu", "tanh", "tanh"],
            },
            s => s.Activations.Contains("leaky_relu"),
            Misread(s => s with { Activations = [.. s.Activations.Select(a => a == "leaky_relu" ? "relu" : a)] }),
            "Negative sums become 0 where a hundredth of them is meant to pass.",
            "Outputs are slightly off wherever a sum is negative; such units have no gradient.",
            "leaky_relu(−2) = −0.02, relu(−2) = 0.",
            "Use the slope for x ≤ 0, in the value and in the gradient."
        ),
        Row(
            "softmax-twice",
            "Softmax before a loss that has its own",
            Small with
            {
                Sizes = [2, 6, 3],
                Activations = ["tanh", "linear"],
                Data = AllParts.DataOf("spiral", ("per_class", 4)),
                Loss = AllParts.LossOf("cross_entropy"),
            },
            s => s.Loss.Kind is "cross_entropy" or "nll_loss" && s.Activations[^1] == "linear",
            Misread(s => s with { Activations = [.. s.Activations.SkipLast(1), "softmax"] }),
            "The network ends with softmax, and the cross-entropy takes the softmax of that again.",
            "Outputs are wrong from the first step on; losses stay near log(classes) and learning is slow.",
            "Scores (4, 0): the probability of the first class is 0.982; softmax of (0.982, 0.018) makes it 0.724.",
            "Give the cross-entropy the scores themselves."
        ),
        Row(
            "sigmoid-twice",
            "Sigmoid before a loss that has its own",
            Small with
            {
                Sizes = [2, 8, 1],
                Activations = ["tanh", "linear"],
                Data = AllParts.DataOf("xor"),
                Loss = AllParts.LossOf("binary_cross_entropy_with_logits"),
            },
            s => s.Loss.Kind == "binary_cross_entropy_with_logits" && s.Activations[^1] == "linear",
            Misread(s => s with { Activations = [.. s.Activations.SkipLast(1), "sigmoid"] }),
            "The network ends with a sigmoid, and the loss with logits takes the sigmoid of that again.",
            "Outputs are wrong from the first step on; the probability never leaves 0.5 to 0.73.",
            "Score 4: the probability is 0.982; the sigmoid of 0.982 is 0.728.",
            "Give this loss the scores themselves, or use the one without logits."
        ),
        Row(
            "transposed-weights",
            "A layer's weights are used transposed in the forward pass",
            Small,
            HasSquareLayer,
            new() { Neuron = n => n.Weights.Length == n.Inputs.Length ? Column(n).Sum() : n.Sum() },
            "Wᵀ·x in place of W·x. Where a layer is as wide as its inputs the shapes fit all the same.",
            "Outputs are wrong from the first step on. The weights' gradients are those of their mirror images.",
            "W = ((1, 2), (3, 4)), x = (1, 1): W·x = (3, 7), here (4, 6).",
            "PyTorch's weights have a row for each output: y = x @ W.T + b. Test with layers that are not square."
        ),
        Row(
            "weights-read-column-by-column",
            "The initial weights are read column by column",
            Small,
            s => s.Sizes.Skip(1).Any(n => n > 1) && s.Sizes.SkipLast(1).Any(n => n > 1),
            new() { Place = ColumnByColumn },
            "A flat list of weights is put into the matrix column by column (Fortran's order), where it was written row by row.",
            "Outputs are wrong from the first step on, although no weight is missing.",
            "1, 2, 3, 4 is ((1, 2), (3, 4)), here ((1, 3), (2, 4)).",
            "reshape(outputs, inputs) in C's order, or transpose after reading."
        ),
        Row(
            "bias-first-order",
            "A neuron's numbers are read bias first",
            Small,
            s => s.Bias,
            new() { Place = BiasFirst },
            "The flat list holds each neuron's weights and then its bias; it is read as the bias and then the weights.",
            "Outputs are wrong from the first step on, although no number is missing.",
            "w1, w2, b read as b, w1, w2: with 1, 2, 3 and x = (1, 1) the sum is 6 both ways, with x = (1, 0) it is 4, here 3.",
            "Name parameters, as PyTorch's state_dict does, in place of counting on an order."
        ),
        Row(
            "bias-left-out",
            "Biases are left out of the forward pass",
            Small,
            s => s.Bias,
            new() { Neuron = n => (n with { Bias = null }).Sum() },
            "A neuron computes W·x without + b.",
            "Where biases start at 0 the first outputs are right; biases have no gradient and never change.",
            "return sum(w*x) in place of sum(w*x) + b.",
            "Add the bias."
        ),
        Row(
            "elementwise-weights",
            "Weights and inputs are multiplied elementwise, not as matrix and vector",
            Small,
            s => s.Sizes.SkipLast(1).Any(n => n > 1),
            new() { Neuron = Diagonal },
            "Each neuron takes only the input of its own place: w * x in place of W @ x.",
            "Outputs are wrong from the first step on. Weights off the diagonal have no gradient.",
            "W = ((1, 2), (3, 4)), x = (1, 1): W·x = (3, 7), here (1, 4).",
            "Each neuron sums over all its inputs."
        ),
        Row(
            "inputs-through-float32",
            "Inputs pass through float32",
            Small with
            {
                Data = AllParts.DataOf("inline", ("inputs", Fractions), ("targets", FractionTargets)),
            },
            _ => true,
            new() { Input = x => (float)x },
            "Inputs are rounded to single precision on their way in: a float array, torch.Tensor([...]) before .double(), a file of floats.",
            "All numbers agree to 7 digits and to no more. Inputs that float32 holds exactly, such as 0.5 or 3, make no difference.",
            "0.1 becomes 0.10000000149011612.",
            "Make tensors with dtype float64 at once: torch.tensor(x, dtype=torch.float64)."
        ),
        Row(
            "initial-weights-through-float32",
            "Initial parameters pass through float32",
            Small,
            _ => true,
            new() { Initial = (_, numbers) => Array.ConvertAll(numbers, p => (double)(float)p) },
            "Parameters are rounded to single precision before training in double precision.",
            "All numbers agree to 7 digits and to no more.",
            "0.1 becomes 0.10000000149011612.",
            "Keep parameters in float64 from the start."
        ),
        Row(
            "initial-biases-zero",
            "Biases start at 0, not at the numbers given",
            Small,
            s => s.Bias,
            new() { Initial = (shape, numbers) => [.. numbers.Select((p, i) => shape.IsBias(i) ? 0 : p)] },
            "Weights are copied from the description, biases keep the 0 that they were made with.",
            "Outputs are wrong from the first step on, unless biases were given as 0.",
            "Copying layer.weight and forgetting layer.bias.",
            "Copy every tensor of the state_dict."
        ),
        Row(
            "batch-size-ignored",
            "Every step takes all samples",
            Small with
            {
                BatchSize = 2,
            },
            s => s.BatchSize is not null,
            Misread(s => s with { BatchSize = null }),
            "The loop passes the whole data set where it should pass a batch.",
            "The number of outputs per step is wrong.",
            "model(xs) in place of model(xs[batch]).",
            "Index inputs and targets with the same batch."
        ),
        Row(
            "targets-zero-and-one",
            "Targets are 0 and 1 where −1 and 1 are meant",
            Small,
            s => s.Data.Kind is "four_points" || (s.Data.Kind is "xor" or "two_moons" && s.Data.Flag("signed")),
            new() { Target = y => (y + 1) / 2 },
            "The classes' numbers are used as they come; tanh and the hinge loss need −1 and 1.",
            "Outputs of the first step are right, the loss is wrong.",
            "A sample of the first class has the target 0 in place of −1.",
            "y = 2·y − 1."
        ),
        Row(
            "targets-with-wrong-sign",
            "Targets have the wrong sign",
            Small,
            _ => true,
            new() { Target = y => -y },
            "The classes are exchanged, or the targets negated.",
            "Outputs of the first step are right, the loss is wrong; the network learns the opposite.",
            "A target of 1 is taken as −1.",
            "Check which class is which."
        ),
    ];

    private static double[][] Fractions =>
        [
            [0.1, 0.2, -0.3],
            [0.7, -0.9, 1.1],
            [1.3, 0.4, 0.6],
            [-0.8, 1.7, -1.9],
        ];

    private static double[][] FractionTargets =>
        [
            [1],
            [-1],
            [-1],
            [1],
        ];

    private static ModelNeuron Column(ModelNeuron neuron) =>
        neuron with
        {
            Weights = [.. Enumerable.Range(0, neuron.Weights.Length).Select(o => neuron.Weights.Select(row => row[o]).ToArray())],
        };

    private static OpValue Diagonal(ModelNeuron neuron)
    {
        var place = neuron.Index % neuron.Inputs.Length;
        var product = neuron.Weights[neuron.Index][place] * neuron.Inputs[place];
        return neuron.Bias is { } bias ? bias + product : product;
    }

    private static int ColumnByColumn(NetworkShape shape, int parameter)
    {
        if (shape.IsBias(parameter))
            return parameter;
        var layer = shape.LayerOf(parameter);
        var (outputs, inputs) = (shape.Sizes[layer + 1], shape.Sizes[layer]);
        var stride = shape.Weight(layer, 0, inputs) - shape.Weight(layer, 0, 0) + (shape.Bias ? 1 : 0);
        var (output, input) = Math.DivRem(parameter - shape.Start(layer), stride);
        var (row, column) = Math.DivRem(input * outputs + output, inputs);
        return shape.Weight(layer, row, column);
    }

    private static int BiasFirst(NetworkShape shape, int parameter)
    {
        var layer = shape.LayerOf(parameter);
        return shape.IsBias(parameter) ? parameter - shape.Sizes[layer] : parameter + 1;
    }
}
