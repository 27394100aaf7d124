using Micrograd.Batching;

namespace Micrograd.Tests;

/// <summary>
/// Passes over one graph, each from a root of its own: they leave at every node the sum, one after the other, of what each leaves alone on a
/// fresh graph.
/// </summary>
public class LaterPassTests
{
    private const int Leaves = 6;
    private const int Nodes = 80;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 150)];

    [Theory, MemberData(nameof(Seeds))]
    public void Passes_add_up_as_wholes(int seed)
    {
        // Of all nodes (the last), of few (so that most are younger than what has a gradient), and of those between.
        var draw = new PythonRandom(seed);
        int[] roots = [.. Enumerable.Range(0, 4).Select(_ => seed % 2 == 0 ? Nodes - 1 : draw.Below(Nodes))];
        double[] upstreams = [.. roots.Select(_ => Number(draw))];
        double?[] expected = new double?[Leaves + Nodes];
        for (var i = 0; i < roots.Length; i++)
        {
            using var tape = new Tape();
            using var scope = tape.Use();
            var alone = Graph(seed);
            if (!TryBackward(alone[Leaves + roots[i]], upstreams[i]))
                continue;
            for (var k = 0; k < expected.Length; k++)
                expected[k] = Sum(expected[k], Gradient(alone[k]));
        }

        using var own = new Tape();
        using var use = own.Use();
        var graph = Graph(seed);
        for (var i = 0; i < roots.Length; i++)
            TryBackward(graph[Leaves + roots[i]], upstreams[i]);
        Assert.Equal(expected.Select(Bits), graph.Select(v => Bits(Gradient(v))));
    }

    [Fact]
    public void Passes_over_a_fresh_graph_add_up_at_the_leaves_they_share()
    {
        double?[] expected = new double?[Leaves];
        var shared = Array.ConvertAll(Numbers(new PythonRandom(1)), x => new Value(x));
        for (var seed = 0; seed < 20; seed++)
        {
            var alone = Array.ConvertAll(shared, x => new Value(x.Data));
            TryBackward(Grow(alone, new PythonRandom(seed))[^1], 1);
            TryBackward(Grow(shared, new PythonRandom(seed))[^1], 1);
            for (var k = 0; k < Leaves; k++)
                expected[k] = Sum(expected[k], Gradient(alone[k]));
        }

        Assert.Equal(expected.Select(Bits), shared.Select(v => Bits(Gradient(v))));
    }

    private static bool TryBackward(Value root, double upstream)
    {
        if (!root.RequiresGrad)
            return false;
        root.Backward(upstream);
        return true;
    }

    private static double? Gradient(Value value) => value.HasGrad ? value.Grad : null;

    private static double? Sum(double? earlier, double? own) => earlier is { } a && own is { } b ? a + b : earlier ?? own;

    private static long? Bits(double? x) => x is { } number ? BitConverter.DoubleToInt64Bits(double.IsNaN(number) ? double.NaN : number) : null;

    private static Value[] Graph(int seed)
    {
        var draw = new PythonRandom(seed);
        return Grow(Array.ConvertAll(Numbers(draw), x => new Value(x)), draw);
    }

    private static double[] Numbers(PythonRandom draw) => [.. Enumerable.Range(0, Leaves).Select(_ => Number(draw))];

    private static double Number(PythonRandom draw) =>
        draw.Below(6) switch
        {
            0 => 0.0,
            1 => -0.0,
            2 => 1e8,
            _ => 4 * draw.NextDouble() - 2,
        };

    /// <summary>Nodes of every form that a tape has, on random operands: the node before is one in half of the cases.</summary>
    private static Value[] Grow(Value[] leaves, PythonRandom draw)
    {
        List<Value> values = [.. leaves];
        while (values.Count < Leaves + Nodes)
        {
            var (a, b) = (Pick(), Pick());
            switch (draw.Below(16))
            {
                case 0 or 1:
                    values.Add(a * b);
                    break;
                case 2:
                    values.Add(a + b);
                    break;
                case 3:
                    values.Add(a - b);
                    break;
                case 4:
                    values.Add(a / (b.Data == 0 ? 3.0 : b));
                    break;
                case 5:
                    values.Add(a.Tanh());
                    break;
                case 6:
                    values.Add(a.Relu());
                    break;
                case 7:
                    values.Add(-a);
                    break;
                case 8:
                    values.Add(a.Sigmoid());
                    break;
                case 9:
                    values.Add(a.Pow(2));
                    break;
                case 10:
                    values.Add(a.LeakyRelu(0.1));
                    break;
                case 11:
                    values.Add(Value.Mean(a, b, a));
                    break;
                case 12:
                    values.AddRange(Recording.Of(1, x => [x[0] * a + b, (a * x[0]).Tanh()]).Replay([0.5, -0.0]));
                    break;
                default:
                    // A running sum of products.
                    var before = values[^1];
                    values.Add(a * b);
                    values.Add(before + values[^1]);
                    break;
            }
        }

        return [.. values.Take(Leaves + Nodes)];

        Value Pick() => draw.Below(2) == 0 ? values[^1] : values[draw.Below(values.Count)];
    }
}
