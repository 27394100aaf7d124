using static TorchSharp.torch;

namespace Micrograd.Parity.Training;

/// <summary>Activation function of a layer, on both sides.</summary>
/// <param name="Name">The op's name in the catalogue, and the activation's in training files.</param>
/// <param name="Ours">The engine's.</param>
/// <param name="Module">PyTorch's module; null for none.</param>
/// <param name="Settings">The op's settings, as the engine has them.</param>
internal sealed record ActivationRow(string Name, Activation Ours, Func<nn.Module<Tensor, Tensor>>? Module, params double[] Settings)
{
    /// <summary>The activation of all sums of a layer, op by op in the engine's order (such as softmax); null if it is one op, elementwise.</summary>
    public Func<OpValue[], OpValue[]>? Whole { get; init; }

    /// <summary>A layer's outputs.</summary>
    public OpValue[] Apply(OpValue[] sums) => Whole is { } whole ? whole(sums) : Array.ConvertAll(sums, z => z.Apply(Name, Settings));
}
