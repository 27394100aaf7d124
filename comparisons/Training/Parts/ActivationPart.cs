using Micrograd.Parity.Comparisons.Ops;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>An activation on each side.</summary>
/// <param name="Ours">The engine's.</param>
/// <param name="ZeroDim">On the outputs of a layer for one sample, each a 0-dim tensor; null for none.</param>
/// <param name="Module">As a module; null for none.</param>
internal sealed record ActivationPart(Activation Ours, Func<Tensor[], Tensor[]>? ZeroDim, Func<nn.Module<Tensor, Tensor>>? Module)
{
    internal static ActivationPart Of(string name) =>
        name switch
        {
            "linear" => new(Activation.Linear, null, null),
            "relu" => Each(Activation.Relu, x => x.relu(), () => nn.ReLU()),
            "leaky_relu" => Each(Activation.LeakyRelu, x => F.leaky_relu(x, 0.01), () => nn.LeakyReLU(0.01)),
            "elu" => Each(Activation.Elu, x => F.elu(x, 1), () => nn.ELU(1)),
            "selu" => Each(Activation.Selu, x => F.selu(x), () => nn.SELU()),
            "gelu" => Each(Activation.Gelu, x => F.gelu(x), () => nn.GELU()),
            "silu" => Each(Activation.Silu, x => F.silu(x), () => nn.SiLU()),
            "mish" => Each(Activation.Mish, TorchScript.Mish, () => nn.Mish()),
            "softplus" => Each(Activation.Softplus, x => F.softplus(x, 1, 20), () => nn.Softplus(1, 20)),
            "softsign" => Each(Activation.Softsign, x => F.softsign(x), () => nn.Softsign()),
            "tanh" => Each(Activation.Tanh, x => x.tanh(), () => nn.Tanh()),
            "sigmoid" => Each(Activation.Sigmoid, x => x.sigmoid(), () => nn.Sigmoid()),
            "softmax" => new(Activation.Softmax, Softmax, () => nn.Softmax(1)),
            _ => throw new ArgumentException($"There is no activation {name}.", nameof(name)),
        };

    private static ActivationPart Each(Activation ours, Func<Tensor, Tensor> theirs, Func<nn.Module<Tensor, Tensor>> module) =>
        new(ours, ZeroDimMlp.Each(theirs), module);

    /// <summary>Operation by operation, as the engine records it: the greatest output enters as a constant.</summary>
    private static Tensor[] Softmax(Tensor[] outputs)
    {
        var greatest = tensor(outputs.Max(x => x.item<double>()), float64);
        var exponentials = Array.ConvertAll(outputs, x => (x - greatest).exp());
        var inverse = exponentials.Aggregate((a, b) => a + b).reciprocal();
        return Array.ConvertAll(exponentials, e => e * inverse);
    }
}
