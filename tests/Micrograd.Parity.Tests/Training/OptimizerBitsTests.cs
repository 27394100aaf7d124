using TorchSharp;
using static TorchSharp.torch;
using Theirs = System.Func<System.Collections.Generic.IEnumerable<TorchSharp.Modules.Parameter>, TorchSharp.torch.optim.Optimizer>;

namespace Micrograd.Parity.Tests.Training;

/// <summary>The engine's optimizers against libtorch's, step by step over 200 steps with the same gradients: the same bits.</summary>
public sealed class OptimizerBitsTests : IClassFixture<PlainTorch>
{
    private static readonly (string Name, Func<IEnumerable<Value>, Optimizer> Ours, Theirs Theirs)[] s_pairs =
    [
        ("sgd", p => new Sgd(p, 0.05), p => optim.SGD(p, 0.05)),
        ("sgd momentum", p => new Sgd(p, 0.05, 0.9), p => optim.SGD(p, 0.05, 0.9)),
        ("sgd dampening", p => new Sgd(p, 0.05, 0.9, 0.3), p => optim.SGD(p, 0.05, 0.9, 0.3)),
        ("sgd weight decay", p => new Sgd(p, 0.05, 0.8, 0.1, 0.013), p => optim.SGD(p, 0.05, 0.8, 0.1, 0.013)),
        ("sgd nesterov", p => new Sgd(p, 0.05, 0.9, 0, 0.013, true), p => optim.SGD(p, 0.05, 0.9, 0, 0.013, true)),
        ("adam", p => new Adam(p, 0.03), p => optim.Adam(p, 0.03)),
        ("adam weight decay", p => new Adam(p, 0.03, 0.8, 0.99, 1e-7, 0.02), p => optim.Adam(p, 0.03, 0.8, 0.99, 1e-7, 0.02)),
        ("adam amsgrad", p => new Adam(p, 0.03, amsgrad: true), p => optim.Adam(p, 0.03, amsgrad: true)),
        ("adamw", p => new AdamW(p, 0.03, weightDecay: 0.02), p => optim.AdamW(p, 0.03, weight_decay: 0.02)),
        ("adamw amsgrad", p => new AdamW(p, 0.03, 0.8, 0.99, 1e-7, 0.3, true), p => optim.AdamW(p, 0.03, 0.8, 0.99, 1e-7, 0.3, true)),
        ("rmsprop", p => new RmsProp(p, 0.02), p => optim.RMSProp(p, 0.02)),
        ("rmsprop momentum", p => new RmsProp(p, 0.02, 0.9, 1e-7, 0.01, 0.7), p => optim.RMSProp(p, 0.02, 0.9, 1e-7, 0.01, 0.7)),
        ("rmsprop centered", p => new RmsProp(p, 0.02, centered: true), p => optim.RMSProp(p, 0.02, centered: true)),
        ("rmsprop all", p => new RmsProp(p, 0.02, 0.9, 1e-7, 0.01, 0.7, true), p => optim.RMSProp(p, 0.02, 0.9, 1e-7, 0.01, 0.7, true)),
        ("adagrad", p => new Adagrad(p, 0.1), p => optim.Adagrad(p, 0.1)),
        ("adagrad all", p => new Adagrad(p, 0.1, 0.03, 0.01, 0.2, 1e-7), p => optim.Adagrad(p, 0.1, 0.03, 0.01, 0.2, 1e-7)),
    ];

    public static TheoryData<string> Names => [.. s_pairs.Select(pair => pair.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Parameters_have_the_same_bits_at_every_step(string name)
    {
        var (_, makeOurs, makeTheirs) = s_pairs.Single(pair => pair.Name == name);
        var random = new PythonRandom(1);
        double[] start = [0.3, -1.7, 1e-9, 250];
        var ours = start.Select(number => new Value(number)).ToArray();
        var theirs = start.Select(PlainTorch.Parameter).ToArray();
        var optimizer = makeOurs(ours);
        using var other = makeTheirs(theirs);
        for (var step = 0; step < 200; step++)
        {
            for (var i = 0; i < ours.Length; i++)
            {
                // The gradients' sizes spread over many powers of ten; some are 0, and the last parameter starts without any.
                var gradient = step % 17 == i ? 0 : random.Normal(0, 1) * Math.Pow(10, random.Uniform(-4, 3));
                if (i == 3 && step < 5)
                    continue;
                ours[i].Grad = gradient;
                PlainTorch.SetGrad(theirs[i], gradient);
            }

            optimizer.Step();
            other.step();
            for (var i = 0; i < ours.Length; i++)
                PlainTorch.SameBits(PlainTorch.Numbers(theirs[i])[0], ours[i].Data, $"{name}, step {step}, parameter {i}");
        }
    }
}
