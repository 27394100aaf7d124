using Micrograd.Parity.Engines.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Tests.Training;

/// <summary>PyTorch with its plain kernels, and parameters of it with given gradients.</summary>
public sealed class PlainTorch
{
    public PlainTorch() => TorchLibrary.Load();

    internal static Parameter Parameter(double number) => new(tensor([number], float64));

    internal static void SetGrad(Parameter parameter, params double[] gradient)
    {
        using var scope = NewDisposeScope();
        parameter.grad = tensor(gradient, float64).reshape(parameter.shape);
    }

    internal static double[] Numbers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().reshape(-1).data<double>().ToArray();
    }

    /// <summary>Equality of bits, where NaN equals NaN.</summary>
    internal static void SameBits(double theirs, double ours, string what)
    {
        if (BitConverter.DoubleToInt64Bits(theirs) != BitConverter.DoubleToInt64Bits(ours) && !(double.IsNaN(theirs) && double.IsNaN(ours)))
            Assert.Fail($"{what}: theirs {theirs:R}, ours {ours:R}");
    }
}
