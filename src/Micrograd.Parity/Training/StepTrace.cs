namespace Micrograd.Parity.Training;

/// <summary>Numbers computed in one training step. Lists by parameter follow the run's <see cref="ParameterLayout"/>.</summary>
/// <param name="Outputs">The network's outputs, sample by sample.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Gradients">Each parameter's gradient after the backward pass; null if it received none.</param>
/// <param name="Clipped">The gradients after clipping; null where the run does not clip.</param>
/// <param name="LearningRate">The learning rate of the update.</param>
/// <param name="After">State after the step.</param>
internal sealed record StepTrace(double[] Outputs, double Loss, double?[] Gradients, double?[]? Clipped, double LearningRate, TrainingState After);

/// <summary>State of a training run between two steps.</summary>
/// <param name="Parameters">Each parameter.</param>
/// <param name="Gradients">Each parameter's gradient, which the next step clears or adds to; null where there is none.</param>
/// <param name="Optimizer">The optimizer's state.</param>
internal sealed record TrainingState(double[] Parameters, double?[] Gradients, IReadOnlyList<OptimizerMemory> Optimizer);

/// <summary>One kind of number that an optimizer keeps for each parameter, by PyTorch's name.</summary>
/// <param name="Name">Its name, such as <c>exp_avg</c>.</param>
/// <param name="Values">The numbers.</param>
internal sealed record OptimizerMemory(string Name, double[] Values);
