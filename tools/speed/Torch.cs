using Micrograd.Parity.Engines.Torch;
using static TorchSharp.torch;

namespace Micrograd.Comparisons.Speed;

/// <summary>
/// PyTorch's side of the work that peer.h describes, on one thread: W1, W2 and W3-0dim on tensors without dimensions, one per scalar, as the
/// harness mirrors the engine; W3, W5 and W6 with matrix products, as one writes them.
/// </summary>
internal static class Torch
{
    private const int Hidden = 16;
    private const int Points = 100;

    private static readonly Tensor[] s_parameters = new Tensor[337];
    private static readonly List<(Tensor Weight, Tensor Bias)> s_layers = [];
    private static readonly double[] s_results = new double[4];
    private static Tensor? s_digits;
    private static Tensor? s_classes;
    private static Tensor s_inputs = null!;
    private static Tensor s_targets = null!;

    /// <summary>Loads PyTorch with the kernels it chooses by itself, and returns what it is.</summary>
    internal static string Load()
    {
        var library = TorchLibrary.Load(KernelChoice.Best);
        return $"PyTorch {library.Version} by TorchSharp {library.TorchSharp}, one thread, kernels {library.Kernels}";
    }

    /// <summary>W1: a chain of blocks of ten nodes on three leaves.</summary>
    internal static double[] Chain(int blocks)
    {
        using var scope = NewDisposeScope();
        Tensor a = Leaf(1.00001),
            b = Leaf(1e-7),
            start = Leaf(0.02);
        var x = start;
        for (var k = 0; k < blocks; k++)
        {
            x = x * a + b;
            x = x * a + b;
            x = x * a + b;
            x = x * a + b;
            x *= a;
            x = x.tanh();
        }

        x.backward();
        return Keep(x, a.grad!, b.grad!, start.grad!);
    }

    /// <summary>W2: micrograd's README expression, 10,000 fresh graphs.</summary>
    internal static double[] Expressions()
    {
        for (var i = 0; i < 10_000; i++)
            Expression();
        return s_results;
    }

    /// <summary>Puts W3-0dim's initial weights back.</summary>
    internal static void StartStep()
    {
        for (var i = 0; i < s_parameters.Length; i++)
        {
            s_parameters[i]?.Dispose();
            s_parameters[i] = Leaf(Weight(i));
        }
    }

    /// <summary>W3-0dim: one training step.</summary>
    internal static double[] Step()
    {
        using var scope = NewDisposeScope();
        foreach (var p in s_parameters)
            p.grad = null!;
        var loss = tensor(0.0, float64);
        for (var i = 0; i < Points; i++)
        {
            var (x0, x1) = Input(i);
            var miss = Network(x0, x1) - Target(i);
            loss += miss * miss;
        }

        loss /= (double)Points;
        loss.backward();
        using (no_grad())
        {
            foreach (var p in s_parameters)
                p.add_(p.grad!, -0.01);
        }

        return Keep(loss, s_parameters[0].grad!, s_parameters[100].grad!, s_parameters[336].grad!);
    }

    /// <summary>Puts W3's and W5's initial weights back.</summary>
    internal static void StartLayers(params ReadOnlySpan<int> sizes)
    {
        s_inputs ??= tensor([.. Enumerable.Range(0, Points).SelectMany(i => new[] { Input(i).X0, Input(i).X1 })], float64).reshape(Points, 2);
        s_targets ??= tensor([.. Enumerable.Range(0, Points).Select(Target)], float64).reshape(Points, 1);
        Fill(Weight, sizes);
    }

    /// <summary>W3 and W5: one training step with matrix products.</summary>
    internal static double[] LayersStep(Func<Tensor, Tensor> activation)
    {
        using var scope = NewDisposeScope();
        var miss = Layers(s_inputs, activation) - s_targets;
        var loss = (miss * miss).sum() / Points;
        Descend(loss, 0.01);

        // Parameter 100 is weight 1 of neuron 3 in the second layer: 100 = 48 + 3 * 17 + 1.
        return Keep(loss, s_layers[0].Weight.grad![0, 0], s_layers[1].Weight.grad![3, 1], s_layers[2].Bias.grad![0]);
    }

    /// <summary>Puts W6's initial weights back.</summary>
    internal static void StartDigits()
    {
        s_digits ??= tensor([.. Enumerable.Range(0, 64 * 784).Select(i => Math.Sin(0.37 * (i / 784) + 0.11 * (i % 784)))], float64).reshape(64, 784);
        s_classes ??= tensor([.. Enumerable.Range(0, 64).Select(i => (long)(i % 10))]);
        Fill(i => 0.05 * Math.Sin(1.7 * i + 0.3), 784, 128, 10);
    }

    /// <summary>W6: one training step on a batch of 64.</summary>
    internal static double[] DigitsStep()
    {
        using var scope = NewDisposeScope();
        var loss = nn.functional.cross_entropy(Layers(s_digits!, x => x.relu()), s_classes!);
        Descend(loss, 0.1);
        return Keep(loss, s_layers[0].Weight.grad![0, 0], s_layers[1].Weight.grad![0, 0], s_layers[1].Bias.grad![9]);
    }

    private static void Fill(Func<int, double> weight, params ReadOnlySpan<int> sizes)
    {
        foreach (var (w, b) in s_layers)
        {
            w.Dispose();
            b.Dispose();
        }

        s_layers.Clear();
        var q = 0;
        for (var layer = 1; layer < sizes.Length; layer++)
        {
            var (ins, outs) = (sizes[layer - 1], sizes[layer]);
            using var neurons = tensor([.. Enumerable.Range(q, outs * (ins + 1)).Select(weight)], float64).reshape(outs, ins + 1);
            s_layers.Add((neurons[.., ..ins].contiguous().requires_grad_(), neurons[.., ins].contiguous().requires_grad_()));
            q += outs * (ins + 1);
        }
    }

    private static Tensor Layers(Tensor x, Func<Tensor, Tensor> activation)
    {
        foreach (var (weight, bias) in s_layers)
        {
            weight.grad = null!;
            bias.grad = null!;
        }

        for (var layer = 0; layer < s_layers.Count; layer++)
        {
            x = nn.functional.linear(x, s_layers[layer].Weight, s_layers[layer].Bias);
            if (layer < s_layers.Count - 1)
                x = activation(x);
        }

        return x;
    }

    private static void Descend(Tensor loss, double rate)
    {
        loss.backward();
        using var scope = no_grad();
        foreach (var (weight, bias) in s_layers)
        {
            weight.add_(weight.grad!, -rate);
            bias.add_(bias.grad!, -rate);
        }
    }

    private static void Expression()
    {
        using var scope = NewDisposeScope();
        Tensor a = Leaf(-4),
            b = Leaf(2);
        var c = a + b;
        var d = a * b + b.pow(3);
        c += c + 1;
        c += 1 + c + -a;
        d += d * 2 + (b + a).relu();
        d += 3 * d + (b - a).relu();
        var e = c - d;
        var f = e.pow(2);
        var g = f / 2.0;
        g += 10.0 / f;
        g.backward();
        Keep(g, a.grad!, b.grad!);
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

    private static Tensor Leaf(double x) => tensor(x, float64, requires_grad: true);

    private static double Weight(int i) => 0.5 * Math.Sin(1.7 * i + 0.3);

    private static (double X0, double X1) Input(int i) => (Math.Sin(0.37 * i), Math.Cos(0.61 * i));

    private static double Target(int i) => Input(i).X0 * Input(i).X1 > 0 ? 1.0 : -1.0;

    private static double[] Keep(params ReadOnlySpan<Tensor> numbers)
    {
        for (var i = 0; i < s_results.Length; i++)
            s_results[i] = i < numbers.Length ? numbers[i].item<double>() : 0;
        return s_results;
    }
}
