namespace Micrograd;

/// <summary>Functions and PyTorch names of an <see cref="Activation"/>.</summary>
public static class ActivationExtensions
{
    /// <summary>Applies an activation that acts on each output alone.</summary>
    /// <exception cref="ArgumentException">It is softmax, which acts on a layer's outputs together.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The activation is undefined.</exception>
    public static Value Apply(this Activation activation, Value x) =>
        activation switch
        {
            Activation.Linear => x,
            Activation.Relu => x.Relu(),
            Activation.LeakyRelu => x.LeakyRelu(),
            Activation.Elu => x.Elu(),
            Activation.Selu => x.Selu(),
            Activation.Gelu => x.Gelu(),
            Activation.Silu => x.Silu(),
            Activation.Mish => x.Mish(),
            Activation.Softplus => x.Softplus(),
            Activation.Softsign => x.Softsign(),
            Activation.Tanh => x.Tanh(),
            Activation.Sigmoid => x.Sigmoid(),
            Activation.Softmax => throw new ArgumentException("Softmax acts on a whole layer: give it to a Layer.", nameof(activation)),
            _ => throw Unknown(activation),
        };

    /// <summary>The name of PyTorch's module, such as <c>ReLU</c>; <c>Linear</c> where there is no activation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The activation is undefined.</exception>
    public static string DisplayName(this Activation activation) =>
        activation switch
        {
            Activation.Relu => "ReLU",
            Activation.LeakyRelu => "LeakyReLU",
            Activation.Elu => "ELU",
            Activation.Selu => "SELU",
            Activation.Gelu => "GELU",
            Activation.Silu => "SiLU",
            _ when Enum.IsDefined(activation) => activation.ToString(),
            _ => throw Unknown(activation),
        };

    private static ArgumentOutOfRangeException Unknown(Activation activation) => new(nameof(activation), activation, "The activation is undefined.");
}
