using Micrograd.Parity.Diagnosis.Judging;
using static TorchSharp.torch;
using Theirs = System.Func<System.Collections.Generic.IEnumerable<TorchSharp.Modules.Parameter>, TorchSharp.torch.optim.Optimizer>;

namespace Micrograd.Parity.Tests.Training;

/// <summary>The engine's optimizers against PyTorch's, step by step with the same gradients: the same bits.</summary>
public sealed class OptimizerBitsTests : IClassFixture<PlainTorch>
{
    private static readonly (string Name, Func<IEnumerable<Value>, Optimizer> Ours, Theirs Theirs)[] s_pairs =
    [
        ("sgd", p => new Sgd(p, 0.05), p => optim.SGD(p, 0.05)),
        ("sgd momentum", p => new Sgd(p, 0.05, 0.9), p => optim.SGD(p, 0.05, 0.9)),
        ("sgd dampening", p => new Sgd(p, 0.05, 0.9, 0.3), p => optim.SGD(p, 0.05, 0.9, 0.3)),
        ("sgd weight decay", p => new Sgd(p, 0.05, 0.8, 0.1, 0.013), p => optim.SGD(p, 0.05, 0.8, 0.1, 0.013)),
        ("sgd nesterov", p => new Sgd(p, 0.05, 0.9, 0, 0.013, true), p => optim.SGD(p, 0.05, 0.9, 0, 0.013, true)),
        ("sgd nesterov alone", p => new Sgd(p, 0.05, 0.7, nesterov: true), p => optim.SGD(p, 0.05, 0.7, nesterov: true)),
        ("sgd weight decay alone", p => new Sgd(p, 0.05, weightDecay: 0.3), p => optim.SGD(p, 0.05, weight_decay: 0.3)),
        ("sgd maximize", p => new Sgd(p, 1e-4, 0.9, 0.1, maximize: true), p => optim.SGD(p, 1e-4, 0.9, 0.1, maximize: true)),
        ("adam", p => new Adam(p, 0.03), p => optim.Adam(p, 0.03)),
        ("adam weight decay", p => new Adam(p, 0.03, 0.8, 0.99, 1e-7, 0.02), p => optim.Adam(p, 0.03, 0.8, 0.99, 1e-7, 0.02)),
        ("adam amsgrad", p => new Adam(p, 0.03, amsgrad: true), p => optim.Adam(p, 0.03, amsgrad: true)),
        ("adam all", p => new Adam(p, 0.03, 0.5, 0.9, 0.1, 0.02, true), p => optim.Adam(p, 0.03, 0.5, 0.9, 0.1, 0.02, true)),
        ("adam betas 0", p => new Adam(p, 0.03, 0, 0), p => optim.Adam(p, 0.03, 0, 0)),
        ("adamw without decay", p => new AdamW(p, 0.03, weightDecay: 0), p => optim.AdamW(p, 0.03, weight_decay: 0)),
        ("adamw", p => new AdamW(p, 0.03, weightDecay: 0.02), p => optim.AdamW(p, 0.03, weight_decay: 0.02)),
        ("adamw amsgrad", p => new AdamW(p, 0.03, 0.8, 0.99, 1e-7, 0.3, true), p => optim.AdamW(p, 0.03, 0.8, 0.99, 1e-7, 0.3, true)),
        ("rmsprop", p => new RmsProp(p, 0.02), p => optim.RMSProp(p, 0.02)),
        ("rmsprop weight decay", p => new RmsProp(p, 0.02, weightDecay: 0.2), p => optim.RMSProp(p, 0.02, weight_decay: 0.2)),
        ("rmsprop momentum alone", p => new RmsProp(p, 0.02, momentum: 0.9), p => optim.RMSProp(p, 0.02, momentum: 0.9)),
        ("rmsprop alpha 0", p => new RmsProp(p, 0.02, 0), p => optim.RMSProp(p, 0.02, 0)),
        ("rmsprop momentum", p => new RmsProp(p, 0.02, 0.9, 1e-7, 0.01, 0.7), p => optim.RMSProp(p, 0.02, 0.9, 1e-7, 0.01, 0.7)),
        ("rmsprop centered", p => new RmsProp(p, 0.02, centered: true), p => optim.RMSProp(p, 0.02, centered: true)),
        ("rmsprop all", p => new RmsProp(p, 0.02, 0.9, 1e-7, 0.01, 0.7, true), p => optim.RMSProp(p, 0.02, 0.9, 1e-7, 0.01, 0.7, true)),
        ("adagrad", p => new Adagrad(p, 0.1), p => optim.Adagrad(p, 0.1)),
        ("adagrad weight decay", p => new Adagrad(p, 0.1, weightDecay: 0.2), p => optim.Adagrad(p, 0.1, weight_decay: 0.2)),
        ("adagrad learning rate decay", p => new Adagrad(p, 0.1, 0.5), p => optim.Adagrad(p, 0.1, 0.5)),
        ("adagrad initial sum", p => new Adagrad(p, 0.1, initialSum: 3), p => optim.Adagrad(p, 0.1, initial_accumulator_value: 3)),
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
                var gradient = Gradient(random, step, i);
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

    /// <summary>PyTorch turns the gradient round before weight decay joins it, so that parameters shrink; TorchSharp turns both.</summary>
    [Fact]
    public void Maximizing_with_weight_decay_is_not_TorchSharps()
    {
        var ours = new Value(2) { Grad = 0 };
        new Sgd([ours], 0.5, weightDecay: 0.5, maximize: true).Step();
        Assert.Equal(1.5, ours.Data);
        var theirs = PlainTorch.Parameter(2);
        PlainTorch.SetGrad(theirs, 0);
        using var optimizer = optim.SGD([theirs], 0.5, weight_decay: 0.5, maximize: true);
        optimizer.step();
        Assert.Equal(2.5, PlainTorch.Numbers(theirs)[0]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_tensor_of_many_numbers_is_changed_as_each_by_itself(string name)
    {
        var (_, makeOurs, makeTheirs) = s_pairs.Single(pair => pair.Name == name);
        var random = new PythonRandom(2);
        double[] start = [.. Enumerable.Range(0, 37).Select(_ => random.Normal(0, 2))];
        var ours = start.Select(number => new Value(number)).ToArray();
        var theirs = new TorchSharp.Modules.Parameter(tensor(start, float64));
        var optimizer = makeOurs(ours);
        using var other = makeTheirs([theirs]);
        for (var step = 0; step < 50; step++)
        {
            double[] gradients = [.. start.Select((_, i) => Gradient(random, step, i))];
            for (var i = 0; i < ours.Length; i++)
                ours[i].Grad = gradients[i];
            PlainTorch.SetGrad(theirs, gradients);
            optimizer.LearningRate *= 0.99;
            other.ParamGroups.Single().LearningRate = optimizer.LearningRate;
            optimizer.Step();
            other.step();
            var numbers = PlainTorch.Numbers(theirs);
            for (var i = 0; i < ours.Length; i++)
                PlainTorch.SameBits(numbers[i], ours[i].Data, $"{name}, step {step}, element {i}");
        }
    }

    /// <summary>Sizes spread over many powers of ten; some gradients are 0.</summary>
    private static double Gradient(PythonRandom random, int step, int i) =>
        step % 17 == i ? 0 : random.Normal(0, 1) * Math.Pow(10, random.Uniform(-4, 3));
}
