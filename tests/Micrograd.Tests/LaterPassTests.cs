using CsCheck;
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

    private static readonly Gen<double> s_number = Gen.OneOf(Gen.OneOf(Gen.Const(0.0), Gen.Const(-0.0), Gen.Const(1e8)), Gen.Double[-2, 2]);

    /// <summary>How far before the last value an operand is: it is the last in half of the cases.</summary>
    private static readonly Gen<int> s_operand = Gen.OneOf(Gen.Const(0), Gen.Int[0, Leaves + Nodes]);

    private static readonly Gen<Graph> s_graph = Gen.Select(
        s_number.Array[Leaves],
        Gen.Select(Gen.Int[0, 15], s_operand, s_operand).Array[1, Nodes],
        (leaves, nodes) => new Graph(leaves, nodes)
    );

    /// <summary>Of all nodes (the last), of few (so that most are younger than what has a gradient), and of those between.</summary>
    private static readonly Gen<(int Root, double Upstream)[]> s_passes = Gen.OneOf(
        Gen.Select(Gen.Const(0), s_number).Array[1, 4],
        Gen.Select(Gen.Int[0, Nodes - 1], s_number).Array[1, 4]
    );

    [Fact]
    public void Passes_add_up_as_wholes() =>
        Gen.Select(s_graph, s_passes)
            .Holds(
                500,
                drawn =>
                {
                    var (graph, passes) = drawn;
                    using var own = new Tape();
                    using var use = own.Use();
                    var values = graph.Grow();
                    var expected = new double?[values.Length];
                    foreach (var (root, upstream) in passes)
                    {
                        TryBackward(values[^(1 + root % graph.Nodes.Length)], upstream);
                        using var tape = new Tape();
                        using var scope = tape.Use();
                        var alone = graph.Grow();
                        if (TryBackward(alone[^(1 + root % graph.Nodes.Length)], upstream))
                            expected = [.. expected.Zip(alone, (sum, value) => Sum(sum, Gradient(value)))];
                    }

                    Assert.Equal(expected.Select(Bits), values.Select(v => Bits(Gradient(v))));
                },
                drawn => $"{drawn.Item1}, passes {string.Join(", ", drawn.Item2)}"
            );

    [Fact]
    public void Passes_over_a_fresh_graph_add_up_at_the_leaves_they_share() =>
        s_graph
            .Array[1, 20]
            .Holds(
                50,
                graphs =>
                {
                    var expected = new double?[Leaves];
                    var shared = Array.ConvertAll(graphs[0].Leaves, x => new Value(x));
                    foreach (var graph in graphs)
                    {
                        var alone = Array.ConvertAll(shared, x => new Value(x.Data));
                        TryBackward(graph.Grow(alone)[^1], 1);
                        TryBackward(graph.Grow(shared)[^1], 1);
                        expected = [.. expected.Zip(alone, (sum, value) => Sum(sum, Gradient(value)))];
                    }

                    Assert.Equal(expected.Select(Bits), shared.Select(v => Bits(Gradient(v))));
                },
                graphs => string.Join("; ", graphs.AsEnumerable())
            );

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

    /// <summary>Nodes of every form that a tape has: an op's number and how far before the last value its operands are.</summary>
    private sealed record Graph(double[] Leaves, (int Op, int A, int B)[] Nodes)
    {
        internal Value[] Grow() => Grow(Array.ConvertAll(Leaves, x => new Value(x)));

        internal Value[] Grow(Value[] leaves)
        {
            List<Value> values = [.. leaves];
            foreach (var (op, before, other) in Nodes)
            {
                var (a, b) = (values[^(1 + before % values.Count)], values[^(1 + other % values.Count)]);
                values.AddRange(
                    op switch
                    {
                        0 or 1 => [a * b],
                        2 => [a + b],
                        3 => [a - b],
                        4 => [a / (b.Data == 0 ? 3.0 : b)],
                        5 => [a.Tanh()],
                        6 => [a.Relu()],
                        7 => [-a],
                        8 => [a.Sigmoid()],
                        9 => [a.Pow(2)],
                        10 => [a.LeakyRelu(0.1)],
                        11 => [Value.Mean(a, b, a)],
                        12 => Recording.Of(1, x => [x[0] * a + b, (a * x[0]).Tanh()]).Replay([0.5, -0.0]),
                        _ => RunningSum(values[^1], a, b),
                    }
                );
            }

            return [.. values];
        }

        public override string ToString() => $"leaves {string.Join(", ", Leaves)}, nodes {string.Join(", ", Nodes)}";

        private static Value[] RunningSum(Value before, Value a, Value b)
        {
            var product = a * b;
            return [product, before + product];
        }
    }
}
