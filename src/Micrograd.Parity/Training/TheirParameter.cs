using Micrograd.Parity.Engines.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Training;

/// <summary>One of PyTorch's parameters, whose numbers stand at some places of a list by parameter.</summary>
/// <param name="Tensor">The parameter.</param>
/// <param name="Places">The place of each of its numbers, row by row.</param>
internal sealed record TheirParameter(Parameter Tensor, int[] Places)
{
    internal void Read(double[] all) => Read(Tensor, all);

    internal void Read(Tensor tensor, double[] all)
    {
        var numbers = tensor.Numbers();
        for (var i = 0; i < numbers.Length; i++)
            all[Places[i]] = numbers[i];
    }

    internal void ReadGradient(double?[] all)
    {
        using var gradient = Tensor.grad;
        if (gradient is null)
            return;
        var numbers = gradient.Numbers();
        for (var i = 0; i < numbers.Length; i++)
            all[Places[i]] = numbers[i];
    }

    internal void Write(double[] all) => Write(Tensor, all);

    internal void Write(Tensor tensor, double[] all)
    {
        using var off = no_grad();
        using var numbers = Shaped(Array.ConvertAll(Places, place => all[place]));
        tensor.copy_(numbers);
    }

    internal void WriteGradient(double?[] all) =>
        Tensor.grad = Array.Exists(Places, place => all[place] is null) ? null : Shaped(Array.ConvertAll(Places, place => all[place]!.Value));

    private Tensor Shaped(double[] numbers) => tensor(numbers, float64).reshape(Tensor.shape);
}
