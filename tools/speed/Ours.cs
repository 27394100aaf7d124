using Micrograd.Batching;

namespace Micrograd.Comparisons.Speed;

/// <summary>The engine's side of the work that peer.h describes, written with plain operators as a user would.</summary>
internal static class Ours
{
    private const int Hidden = 16;
    private const int Points = 100;

    private static readonly Value[] s_parameters = new Value[337];
    private static readonly Value[] s_first = new Value[Hidden];
    private static readonly Value[] s_second = new Value[Hidden];
    private static readonly double[] s_x0 = [.. Enumerable.Range(0, Points).Select(i => Math.Sin(0.37 * i))];
    private static readonly double[] s_x1 = [.. Enumerable.Range(0, Points).Select(i => Math.Cos(0.61 * i))];
    private static readonly double[] s_targets = [.. Enumerable.Range(0, Points).Select(i => s_x0[i] * s_x1[i] > 0 ? 1.0 : -1.0)];
    private static readonly double[] s_results = new double[4];
    private static readonly double[] s_rows = [.. Enumerable.Range(0, Points).SelectMany(i => new[] { s_x0[i], s_x1[i] })];
    private static readonly double[] s_rowsWithTarget = [.. Enumerable.Range(0, Points).SelectMany(i => new[] { s_x0[i], s_x1[i], s_targets[i] })];
    private static readonly Value[] s_outputs = new Value[Points];
    private static readonly double[] s_digits = [.. Enumerable.Range(0, 64 * 784).Select(i => Math.Sin(0.37 * (i / 784) + 0.11 * (i % 784)))];
    private static readonly int[] s_classes = [.. Enumerable.Range(0, 64).Select(i => i % 10)];
    private static readonly Value[] s_scores = new Value[640];
    private static Mlp s_model = null!;
    private static Sgd s_optimizer = null!;
    private static Recording s_miss = null!;
    private static Value s_a;
    private static Value s_b;
    private static Value s_x;
    private static Value s_root;

    /// <summary>W1 and W4: a chain of blocks of ten nodes on three leaves that are made once.</summary>
    internal static double[] Chain(int blocks)
    {
        using var step = Tape.Current.BeginStep();
        var x = Record(blocks);
        x.Backward();
        Keep(x.Data, s_a.Grad, s_b.Grad, s_x.Grad);
        s_a.ZeroGrad();
        s_b.ZeroGrad();
        s_x.ZeroGrad();
        return s_results;
    }

    internal static void StartChain()
    {
        Tape.Current.Clear();
        s_a = new Value(1.00001);
        s_b = new Value(1e-7);
        s_x = new Value(0.02);
    }

    /// <summary>Records W1's graph.</summary>
    internal static void RecordChain()
    {
        StartChain();
        s_root = Record(10_000);
    }

    /// <summary>Records W3's graph.</summary>
    internal static void RecordStep()
    {
        StartStep();
        Value loss = 0;
        for (var i = 0; i < Points; i++)
            loss += Miss<TanhActivation>(s_x0[i], s_x1[i], s_targets[i], s_parameters, s_first, s_second);
        s_root = loss / Points;
        (s_a, s_b, s_x) = (s_parameters[0], s_parameters[100], s_parameters[336]);
    }

    /// <summary>W7 and W8: a backward pass over the graph of W1 or W3. Results are those of all passes together.</summary>
    internal static double[] Pass()
    {
        s_root.Backward();
        Keep(s_root.Data, s_a.Grad, s_b.Grad, s_x.Grad);
        return s_results;
    }

    /// <summary>Records a graph and passes over it once.</summary>
    internal static void PassOver(Action record)
    {
        record();
        s_root.Backward();
    }

    /// <summary>W7-again and W8-again: a second pass over the same graph, which adds as much again.</summary>
    internal static double[] PassAgain()
    {
        s_root.Backward();
        Keep(s_root.Data, s_a.Grad / 2, s_b.Grad / 2, s_x.Grad / 2);
        return s_results;
    }

    /// <summary>W2: micrograd's README expression, 10,000 fresh graphs.</summary>
    internal static double[] Expressions()
    {
        for (var i = 0; i < 10_000; i++)
            Expression();
        return s_results;
    }

    /// <summary>Puts W3's initial weights back.</summary>
    internal static void StartStep()
    {
        Tape.Current.Clear();
        for (var i = 0; i < s_parameters.Length; i++)
            s_parameters[i] = new Value(0.5 * Math.Sin(1.7 * i + 0.3));
    }

    /// <summary>W3: one training step; W5: the same with ReLU.</summary>
    internal static double[] Step<TActivation>()
        where TActivation : struct, IActivation
    {
        using var step = Tape.Current.BeginStep();
        var p = s_parameters;
        Value loss = 0;
        for (var i = 0; i < Points; i++)
            loss += Miss<TActivation>(s_x0[i], s_x1[i], s_targets[i], p, s_first, s_second);
        return Finish(loss / Points, p);
    }

    private static double[] Finish(Value loss, Value[] p)
    {
        loss.Backward();
        Keep(loss.Data, p[0].Grad, p[100].Grad, p[336].Grad);
        foreach (var w in p)
        {
            w.Data -= 0.01 * w.Grad;
            w.ZeroGrad();
        }

        return s_results;
    }

    /// <summary>Makes W3-mlp's network and optimizer anew. Sums begin at the bias there, so results differ from W3's in the last digits.</summary>
    internal static void StartMlp()
    {
        Tape.Current.Clear();
        s_model = new Mlp(2, [Hidden, Hidden, 1], Activation.Tanh);
        s_model.SetParameters([.. Enumerable.Range(0, s_parameters.Length).Select(i => 0.5 * Math.Sin(1.7 * i + 0.3))]);
        s_optimizer = new Sgd(s_model.Parameters, 0.01);
        using var step = Tape.Current.BeginStep();
        s_model.ForwardBatch(s_rows, s_outputs); // records the network, which is done once
    }

    /// <summary>W3-mlp: the training step through the network's own types.</summary>
    internal static double[] MlpStep()
    {
        using var step = Tape.Current.BeginStep();
        s_model.ForwardBatch(s_rows, s_outputs);
        var loss = Loss.SquaredError(s_outputs, s_targets);
        s_optimizer.ZeroGrad();
        loss.Backward();
        s_optimizer.Step();
        var p = s_model.Parameters;
        Keep(loss.Data, p[0].Grad, p[100].Grad, p[336].Grad);
        return s_results;
    }

    /// <summary>Puts W3's initial weights back, and records one point's squared miss.</summary>
    internal static void StartReplay()
    {
        StartStep();
        s_miss = Recording.Of(3, x => Miss<TanhActivation>(x[0], x[1], x[2], s_parameters, s_first, s_second));
    }

    /// <summary>W3-replay: the training step of W3, of which one point was recorded, replayed for all.</summary>
    internal static double[] ReplayStep()
    {
        using var step = Tape.Current.BeginStep();
        s_miss.Replay(s_rowsWithTarget, s_outputs);
        Value loss = 0;
        foreach (var miss in s_outputs)
            loss += miss;
        return Finish(loss / Points, s_parameters);
    }

    /// <summary>Makes W6's network and optimizer: 784-128-10, ReLU, 101,770 parameters.</summary>
    internal static void StartDigits()
    {
        Tape.Current.Clear();
        s_model = new Mlp(784, [128, 10], Activation.Relu);
        s_model.SetParameters([.. Enumerable.Range(0, s_model.Parameters.Count).Select(i => 0.05 * Math.Sin(1.7 * i + 0.3))]);
        s_optimizer = new Sgd(s_model.Parameters, 0.1);
        using var step = Tape.Current.BeginStep();
        s_model.ForwardBatch(s_digits, s_scores); // records the network, which is done once
    }

    /// <summary>W6: one training step on a batch of 64.</summary>
    internal static double[] DigitsStep()
    {
        using var step = Tape.Current.BeginStep();
        s_model.ForwardBatch(s_digits, s_scores);
        var loss = Loss.CrossEntropy(s_scores, s_classes);
        s_optimizer.ZeroGrad();
        loss.Backward();
        s_optimizer.Step();
        var p = s_model.Parameters;
        Keep(loss.Data, p[0].Grad, p[100_480].Grad, p[101_769].Grad);
        return s_results;
    }

    private static Value Record(int blocks)
    {
        var (a, b, x) = (s_a, s_b, s_x);
        for (var k = 0; k < blocks; k++)
        {
            x = x * a + b;
            x = x * a + b;
            x = x * a + b;
            x = x * a + b;
            x *= a;
            x = x.Tanh();
        }

        return x;
    }

    private static void Expression()
    {
        using var step = Tape.Current.BeginStep();
        var a = new Value(-4);
        var b = new Value(2);
        var c = a + b;
        var d = a * b + b.Pow(3);
        c += c + 1;
        c += 1 + c + -a;
        d += d * 2 + (b + a).Relu();
        d += 3 * d + (b - a).Relu();
        var e = c - d;
        var f = e.Pow(2);
        var g = f / 2;
        g += 10 / f;
        g.Backward();
        Keep(g.Data, a.Grad, b.Grad);
    }

    /// <summary>The squared miss of the network at one point.</summary>
    private static Value Miss<TActivation>(Value x0, Value x1, Value target, Value[] p, Value[] first, Value[] second)
        where TActivation : struct, IActivation
    {
        var q = 0;
        for (var j = 0; j < Hidden; j++)
        {
            var s = p[q] * x0;
            s += p[q + 1] * x1;
            s += p[q + 2];
            first[j] = TActivation.Of(s);
            q += 3;
        }

        for (var j = 0; j < Hidden; j++)
        {
            second[j] = TActivation.Of(Neuron(p, first, q));
            q += Hidden + 1;
        }

        var miss = Neuron(p, second, q) - target;
        return miss * miss;
    }

    private static Value Neuron(Value[] p, Value[] inputs, int q)
    {
        var s = p[q] * inputs[0];
        for (var k = 1; k < Hidden; k++)
            s += p[q + k] * inputs[k];
        return s + p[q + Hidden];
    }

    private static void Keep(double first, double second, double third, double fourth = 0)
    {
        s_results[0] = first;
        s_results[1] = second;
        s_results[2] = third;
        s_results[3] = fourth;
    }
}

internal interface IActivation
{
    static abstract Value Of(Value x);
}

internal readonly struct TanhActivation : IActivation
{
    public static Value Of(Value x) => x.Tanh();
}

internal readonly struct ReluActivation : IActivation
{
    public static Value Of(Value x) => x.Relu();
}
