using Micrograd.Parity.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Comparisons.Speed;

/// <summary>W3 on tensors without dimensions through TorchSharp's API, as the harness mirrors scalars: beside the same loop in C++ it shows what the road costs.</summary>
internal static class Mirror
{
    private const int Hidden = 16;
    private const int Points = 100;

    private static readonly Tensor[] s_parameters = new Tensor[337];
    private static readonly double[] s_results = new double[4];
    private static bool s_isLoaded;

    internal static void Start()
    {
        if (!s_isLoaded)
            _ = TorchLibrary.Load(KernelChoice.Best);
        s_isLoaded = true;
        for (var i = 0; i < s_parameters.Length; i++)
        {
            s_parameters[i]?.Dispose();
            s_parameters[i] = tensor(0.5 * Math.Sin(1.7 * i + 0.3), float64, requires_grad: true);
        }
    }

    internal static double[] Step()
    {
        using var scope = NewDisposeScope();
        foreach (var p in s_parameters)
            p.grad = null!;
        var loss = tensor(0.0, float64);
        for (var i = 0; i < Points; i++)
        {
            double x0 = Math.Sin(0.37 * i), x1 = Math.Cos(0.61 * i);
            var miss = Network(x0, x1) - (x0 * x1 > 0 ? 1.0 : -1.0);
            loss += miss * miss;
        }

        loss /= (double)Points;
        loss.backward();
        using (no_grad())
        {
            foreach (var p in s_parameters)
                p.sub_(p.grad! * 0.01);
        }

        s_results[0] = loss.item<double>();
        s_results[1] = s_parameters[0].grad!.item<double>();
        s_results[2] = s_parameters[100].grad!.item<double>();
        s_results[3] = s_parameters[336].grad!.item<double>();
        return s_results;
    }

    private static Tensor Network(double x0, double x1)
    {
        var p = s_parameters;
        var first = new Tensor[Hidden];
        var second = new Tensor[Hidden];
        var q = 0;
        for (var j = 0; j < Hidden; j++, q += 3)
            first[j] = (p[q] * x0 + p[q + 1] * x1 + p[q + 2]).tanh();
        for (var j = 0; j < Hidden; j++, q += Hidden + 1)
            second[j] = Neuron(first, q).tanh();
        return Neuron(second, q);
    }

    private static Tensor Neuron(Tensor[] inputs, int q)
    {
        var s = s_parameters[q] * inputs[0];
        for (var k = 1; k < Hidden; k++)
            s += s_parameters[q + k] * inputs[k];
        return s + s_parameters[q + Hidden];
    }
}
