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

    /// <summary>Initial parameters, from those given.</summary>
    public Func<NetworkShape, double[], double[]> Initial { get; init; } = (_, numbers) => numbers;

    /// <summary>Maps a parameter to the index in the flat list that it is read from; null for the identity.</summary>
    public Func<NetworkShape, int, int>? Place { get; init; }

    /// <summary>The weighted sum of one neuron; null for bias, then product after product.</summary>
    public Func<ModelNeuron, OpValue>? Neuron { get; init; }

    /// <summary>Loss of a single output against its target; null for the loss that the specification names.</summary>
    public Func<OpValue, double, OpValue>? Loss { get; init; }

    /// <summary>Clears the gradients before the backward pass.</summary>
    public Action<ModelTraining> Clear { get; init; } = training => training.ClearGradients(_ => true);

    /// <summary>Computes each parameter's gradient in one backward pass.</summary>
    public Func<ModelTraining, double?[]> Backward { get; init; } = training => training.Backward();

    /// <summary>Clips the gradients, if the specification says so.</summary>
    public Action<ModelTraining> Clip { get; init; } = training => training.Clip(training.Spec.Clip);

    /// <summary>Updates the parameters.</summary>
    public Action<ModelTraining> Update { get; init; } = training => training.Update(_ => true);

    /// <summary>True if the scheduler steps before the optimizer, not after it.</summary>
    public bool SchedulesFirst { get; init; }

    /// <summary>Formulas of the optimizer.</summary>
    public OptimizerRules Optimizer { get; init; } = new();
}

/// <summary>One neuron of the model's network.</summary>
/// <param name="Layer">Its layer, from 0.</param>
/// <param name="Index">Its index in the layer.</param>
/// <param name="Weights">The layer's weights, a row per neuron.</param>
/// <param name="Bias">Its bias; null where it has none.</param>
/// <param name="Inputs">Its inputs.</param>
internal sealed record ModelNeuron(int Layer, int Index, OpValue[][] Weights, OpValue? Bias, OpValue[] Inputs)
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
