namespace Micrograd.Parity.Training;

/// <summary>Form of PyTorch's side of a training run.</summary>
internal enum MirrorKind
{
    /// <summary>From 0-dim tensors, op by op.</summary>
    ZeroDim,

    /// <summary>With <c>torch.nn</c>'s modules and functions.</summary>
    Modules,
}
