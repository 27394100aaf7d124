using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>
/// The rules of a training loop on the model engine. <see cref="Right"/> gives the engine's bits; a fault is planted by replacing one.
/// </summary>
internal sealed record LoopRules
{
    /// <summary>Rules without a planted fault.</summary>
    public static LoopRules Right { get; } = new();

    /// <summary>Maps the specification to the one that is trained, for faults that misread a setting.</summary>
    public Func<TrainingSpec, TrainingSpec> Spec { get; init; } = spec => spec;

    /// <summary>Transforms each input of the data.</summary>
    public Func<double, double> Input { get; init; } = x => x;

    /// <summary>Transforms each target of the data.</summary>
    public Func<double, double> Target { get; init; } = y => y;

    /// <summary>Transforms a step's samples, from the step's number and its batch.</summary>
    public Func<int, Dataset, Dataset> Batch { get; init; } = (_, batch) => batch;

    /// <summary>Initial parameters, from those given.</summary>
    public Func<NetworkShape, double[], double[]> Initial { get; init; } = (_, numbers) => numbers;

    /// <summary>Maps a parameter to the index in the flat list that it is read from; null for the identity.</summary>
    public Func<NetworkShape, int, int>? Place { get; init; }

    /// <summary>The weighted sum of one neuron; null for bias, then product after product.</summary>
    public Func<ModelNeuron, OpValue>? Neuron { get; init; }

    /// <summary>Factor of a layer's input, from the step, the sample, the layer and the input; 0 for one that is dropped. Null for none.</summary>
    public Func<int, int, int, int, double>? Dropout { get; init; }

    /// <summary>Outputs of all samples, from the sums of a last layer with softmax; null for the softmax of each sample.</summary>
    public Func<OpValue[][], OpValue[][]>? Softmax { get; init; }

    /// <summary>Terms of the loss, from all outputs; null for those of the loss that the specification names.</summary>
    public Func<ModelTraining, OpValue[], IEnumerable<OpValue>?>? Loss { get; init; }

    /// <summary>The L2 term, from the parameters; null for strength · Σp².</summary>
    public Func<ModelTraining, OpValue[], OpValue>? Penalty { get; init; }

    /// <summary>The loss that is recorded, from the loss that backward starts from.</summary>
    public Func<ModelTraining, double, double>? Told { get; init; }

    /// <summary>Clears the gradients before the backward pass.</summary>
    public Action<ModelTraining> Clear { get; init; } = training => training.ClearGradients(_ => true);

    /// <summary>Computes each parameter's gradient in one backward pass.</summary>
    public Func<ModelTraining, double?[]> Backward { get; init; } = training => training.Backward();

    /// <summary>Gradients of the outputs that the backward pass starts from, from the right ones; null to start from the loss.</summary>
    public Func<ModelTraining, double[], double[]>? Error { get; init; }

    /// <summary>Backward pass of a hand-written matrix network; null for that of the graph.</summary>
    public LayerwiseBackward? Layers { get; init; }

    /// <summary>Transforms a parameter's gradient that the backward pass has computed, from its index.</summary>
    public Func<ModelTraining, int, double, double>? Gradient { get; init; }

    /// <summary>Clips the gradients, if the specification says so.</summary>
    public Action<ModelTraining> Clip { get; init; } = training => training.Clip(training.Spec.Clip);

    /// <summary>Updates the parameters.</summary>
    public Action<ModelTraining> Update { get; init; } = training => training.Update(_ => true);

    /// <summary>True if the scheduler steps before the optimizer, not after it.</summary>
    public bool SchedulesFirst { get; init; }

    /// <summary>Formulas of the optimizer.</summary>
    public OptimizerRules Optimizer { get; init; } = new();

    /// <summary>These rules and others together; null if both replace the same rule.</summary>
    public LoopRules? And(LoopRules other)
    {
        var (mine, theirs) = (this, other);
        var both = RuleParts.Both(
            Right,
            this with
            {
                Spec = Right.Spec,
                Gradient = null,
                Optimizer = Right.Optimizer,
            },
            other with
            {
                Spec = Right.Spec,
                Gradient = null,
                Optimizer = Right.Optimizer,
            }
        );
        var optimizer = RuleParts.Both(Right.Optimizer, Optimizer, other.Optimizer);
        if (both is null || optimizer is null)
            return null;
        return both with
        {
            Spec =
                mine.Spec == Right.Spec ? theirs.Spec
                : theirs.Spec == Right.Spec ? mine.Spec
                : spec => theirs.Spec(mine.Spec(spec)),
            Gradient =
                mine.Gradient is not { } first ? theirs.Gradient
                : theirs.Gradient is not { } second ? first
                : (training, index, gradient) => second(training, index, first(training, index, gradient)),
            Optimizer = optimizer,
        };
    }
}

/// <summary>One neuron of the model's network.</summary>
/// <param name="Index">Its index in the layer.</param>
/// <param name="Weights">The layer's weights, a row per neuron.</param>
/// <param name="Bias">Its bias; null where it has none.</param>
/// <param name="Inputs">Its inputs.</param>
internal sealed record ModelNeuron(int Index, OpValue[][] Weights, OpValue? Bias, OpValue[] Inputs)
{
    /// <summary>The bias, then one product after the other; without a bias from the first product on.</summary>
    public OpValue Sum()
    {
        var weights = Weights[Index];
        var sum = Bias ?? weights[0] * Inputs[0];
        for (var i = Bias is null ? 1 : 0; i < Inputs.Length; i++)
            sum += weights[i] * Inputs[i];
        return sum;
    }
}
