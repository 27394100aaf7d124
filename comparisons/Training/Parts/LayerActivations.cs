using Micrograd.Parity.Training;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>The activations: the engine's, and PyTorch's module. An op of the catalogue by the same name stands between them.</summary>
internal static class LayerActivations
{
    internal static IReadOnlyList<ActivationRow> Rows { get; } =
    [
        new("linear", Activation.Linear, null) { Whole = sums => sums },
        new("relu", Activation.Relu, () => nn.ReLU()),
        new("leaky_relu", Activation.LeakyRelu, () => nn.LeakyReLU(0.01), 0.01),
        new("elu", Activation.Elu, () => nn.ELU(1), 1),
        new("selu", Activation.Selu, () => nn.SELU()),
        new("gelu", Activation.Gelu, () => nn.GELU()),
        new("silu", Activation.Silu, () => nn.SiLU()),
        new("mish", Activation.Mish, () => nn.Mish()),
        new("softplus", Activation.Softplus, () => nn.Softplus(1, 20), 1, 20),
        new("softsign", Activation.Softsign, () => nn.Softsign()),
        new("tanh", Activation.Tanh, () => nn.Tanh()),
        new("sigmoid", Activation.Sigmoid, () => nn.Sigmoid()),
        new("softmax", Activation.Softmax, () => nn.Softmax(1)) { Whole = Softmax },
    ];

    /// <summary>Softmax as the engine records it: the greatest input enters as a constant.</summary>
    private static OpValue[] Softmax(OpValue[] inputs)
    {
        var greatest = inputs[0].Constant(inputs.Max(x => x.Data));
        var exponentials = Array.ConvertAll(inputs, x => (x - greatest).Apply("exp"));
        var inverse = OpValue.Fold(exponentials).Apply("reciprocal");
        return Array.ConvertAll(exponentials, e => e * inverse);
    }
}
