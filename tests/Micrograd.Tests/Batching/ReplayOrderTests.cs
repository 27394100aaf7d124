namespace Micrograd.Tests.Batching;

/// <summary>
/// Ops of one kind are computed together; contributions to a gradient are added in the order in which they were recorded all the same. Random functions:
/// neurons on the same values, activations and sums, in any order.
/// </summary>
public class ReplayOrderTests
{
    private const int Inputs = 3;

    [Fact]
    public void Gradients_that_several_kinds_of_ops_contribute_to_have_the_same_bits()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new PythonRandom(seed);
            double[] samples = [.. Enumerable.Range(0, Inputs * (1 + random.Below(40))).Select(_ => random.NextDouble() * 4 - 2)];
            double[] outers = [.. Enumerable.Range(0, 400).Select(_ => random.NextDouble() * 2 - 1)];
            SameAsOneByOne.Assert(Inputs, samples, outers, (x, w) => Function(new PythonRandom(seed), x, w));
        }
    }

    private static Value Function(PythonRandom random, Value[] x, Value[] w)
    {
        var next = 0;
        var layer = new List<Value>(x);
        var total = w[next++] * x[0];
        for (var depth = 0; depth < 3; depth++)
        {
            var outputs = new List<Value>();
            for (var neuron = 1 + random.Below(9); neuron > 0; neuron--)
            {
                var sum = w[next++] * layer[0];
                for (var k = 1; k < layer.Count; k++)
                    sum += w[next++] * layer[k];
                sum += w[next++];
                outputs.Add(
                    random.Below(5) switch
                    {
                        0 => sum.Relu(),
                        1 => sum.LeakyRelu(0.1),
                        2 => sum.Tanh().Tanh(),
                        _ => sum.Tanh(),
                    }
                );

                // Between neurons, other ops on what they take and on what they are.
                if (random.Below(3) == 0)
                    total += layer[random.Below(layer.Count)].Sin();
                if (random.Below(4) == 0)
                    total += layer[random.Below(layer.Count)] * outputs[random.Below(outputs.Count)];
                if (random.Below(4) == 0)
                    total += sum.Exp();
            }

            if (random.Below(2) == 0)
                total += layer[random.Below(layer.Count)].Tanh() + layer[0].Tanh();
            layer = outputs;
        }

        return layer.Aggregate(total, (sum, y) => sum + y);
    }
}
