namespace Micrograd.Parity.Training;

/// <summary>How PyTorch's side of a training run is written.</summary>
public enum MirrorKind
{
    /// <summary>From 0-dim tensors, op by op.</summary>
    ZeroDim,

    /// <summary>With <c>torch.nn</c>'s modules and functions.</summary>
    Modules,
}
