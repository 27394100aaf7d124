using Micrograd.Parity.Training;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Training;

/// <summary>
/// The lecture's neuron tanh(x·w + b), trained without an optimizer: its output 0.7071… is pushed towards 0 by p −= 0.1 · p.grad, written
/// out as the lecture writes it.
/// </summary>
internal static class OneNeuron
{
    private const double Rate = 0.1;

    private static readonly double[] s_x = [2, 0];

    public static IReadOnlyList<TrainingRun> All { get; } = [Run("neuron, one step", 1), Run("neuron, twenty steps", 20) with { LossBelow = 0.1 }];

    private static TrainingRun Run(string name, int steps) =>
        new(
            name,
            steps,
            Ours,
            (layout, start) => TorchTraining.ZeroDim(layout, start, ZeroDim),
            (layout, start) => TorchTraining.OfModule(layout, start, Modules)
        )
        {
            Setup = "network 2 → 1 tanh; loss the square of its output; p −= 0.1 · p.grad",
            Source = SourceMethods.OfThisFile(),
        };

    private static MicrogradTraining Ours() =>
        new(() =>
        {
            var neuron = new Neuron(2, Activation.Tanh, init: Initializer.Numbers(-3, 1, 6.8813735870195432));
            return new OursRun(neuron.NamedParameters, [], step =>
            {
                var o = neuron.Forward(s_x[0], s_x[1]);
                var loss = o * o;
                neuron.ZeroGrad();
                loss.Backward();
                step.Backward([o], loss);
                foreach (var p in neuron.Parameters)
                    p.Data -= Rate * p.Grad;
            });
        });

    private static TheirRun ZeroDim(ZeroDimParameters p)
    {
        var x = SampleData.ZeroDim(s_x);
        return new TheirRun(null, step =>
        {
            var o = (p["bias[0]"] + p["weight[0, 0]"] * x[0] + p["weight[0, 1]"] * x[1]).tanh();
            var loss = o * o;
            p.ZeroGrad();
            loss.backward();
            step.Backward(o, loss);
            using var off = no_grad();
            foreach (var parameter in p.All)
                parameter.copy_(parameter - Rate * parameter.grad!);
        });
    }

    private static TheirRun Modules()
    {
        var neuron = nn.Linear(2, 1, dtype: float64);
        var x = tensor(s_x, float64);
        return new TheirRun(neuron, null, step =>
        {
            var o = neuron.forward(x).tanh();
            var loss = o.pow(2).sum();
            neuron.zero_grad();
            loss.backward();
            step.Backward(o, loss);
            using var off = no_grad();
            foreach (var p in neuron.parameters())
                p.sub_(Rate * p.grad!);
        });
    }
}
