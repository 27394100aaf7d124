namespace Micrograd.Parity.Comparing;

/// <summary>The parts of one training step, in the order in which they happen; where two sides part is named by one of them.</summary>
internal enum TrainingPhase
{
    /// <summary>The network's outputs.</summary>
    Forward,

    /// <summary>The loss.</summary>
    Loss,

    /// <summary>The gradients as the backward pass left them.</summary>
    Backward,

    /// <summary>The gradients after they were clipped or normalised.</summary>
    Clip,

    /// <summary>The learning rate and the parameters after the update.</summary>
    Update,

    /// <summary>The optimizer's state.</summary>
    OptimizerState,
}

/// <summary>A place in a training run: a step, counted from 0, and its phase.</summary>
/// <param name="Step">The step.</param>
/// <param name="Phase">The phase.</param>
internal sealed record TrainingPlace(int Step, TrainingPhase Phase)
{
    /// <summary>The phase in words.</summary>
    public string PhaseName =>
        Phase switch
        {
            TrainingPhase.Forward => "forward",
            TrainingPhase.Loss => "loss",
            TrainingPhase.Backward => "backward",
            TrainingPhase.Clip => "clip",
            TrainingPhase.Update => "update",
            _ => "optimizer state",
        };

    /// <summary>The place in words: <c>step 3, update</c>.</summary>
    public override string ToString() => $"step {Step}, {PhaseName}";
}
