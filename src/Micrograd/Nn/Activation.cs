namespace Micrograd;

/// <summary>Activation function of a layer, with PyTorch's default attributes.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    Linear,

    /// <summary><see cref="Value.Relu"/>.</summary>
    Relu,

    /// <summary><see cref="Value.LeakyRelu"/> with slope 0.01.</summary>
    LeakyRelu,

    /// <summary><see cref="Value.Elu"/> with alpha 1.</summary>
    Elu,

    /// <summary><see cref="Value.Selu"/>.</summary>
    Selu,

    /// <summary><see cref="Value.Gelu"/>, by the error function.</summary>
    Gelu,

    /// <summary><see cref="Value.Silu"/>.</summary>
    Silu,

    /// <summary><see cref="Value.Mish"/>.</summary>
    Mish,

    /// <summary><see cref="Value.Softplus"/> with beta 1 and threshold 20.</summary>
    Softplus,

    /// <summary><see cref="Value.Softsign"/>.</summary>
    Softsign,

    /// <summary><see cref="Value.Tanh"/>.</summary>
    Tanh,

    /// <summary><see cref="Value.Sigmoid"/>.</summary>
    Sigmoid,

    /// <summary><see cref="Micrograd.Softmax"/> over all outputs of the layer. A single neuron cannot have it.</summary>
    Softmax,
}
