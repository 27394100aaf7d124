namespace Micrograd.Parity.Diff.Recordings;

/// <summary>A thing that a step computes, in the order in which it is computed.</summary>
internal enum RecordedQuantity
{
    /// <summary>The step's inputs and targets.</summary>
    Batch,

    /// <summary>An argument of a module's call that no other recorded tensor is.</summary>
    Input,

    /// <summary>The result of a module's call.</summary>
    Output,

    /// <summary>The number that the backward pass starts from.</summary>
    Loss,

    /// <summary>The gradient of the loss with respect to an output.</summary>
    OutputGradient,

    /// <summary>A parameter's gradient after the last backward pass of the step.</summary>
    Gradient,

    /// <summary>The gradient that the optimizer was given, if it is another.</summary>
    ClippedGradient,

    /// <summary>A parameter after the optimizer's step.</summary>
    Parameter,

    /// <summary>A buffer after the optimizer's step.</summary>
    Buffer,

    /// <summary>The optimizer's state of a parameter after its step.</summary>
    State,
}
