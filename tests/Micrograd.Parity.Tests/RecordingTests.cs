using Micrograd.Batching;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Tests;

/// <summary>
/// Random functions over every op, recorded and replayed for several samples, against the same functions called for one sample after
/// the other: results, gradients and which values have one at all must be the same, whichever results a root reaches.
/// </summary>
public class RecordingTests
{
    private static readonly double[] s_special =
    [
        0.0,
        -0.0,
        1,
        -1,
        1e-300,
        -1e300,
        double.PositiveInfinity,
        double.NegativeInfinity,
        double.NaN,
        5e-324,
    ];

    /// <summary>Ops that look at their operands' numbers to choose what they record.</summary>
    private static readonly string[] s_refused = ["lerp", "where"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_functions_have_the_same_bits(int seed)
    {
        var random = new SeededRandom(seed);
        var ops = ParitySuite.Default.Ops.All.Where(op => !s_refused.Contains(op.Name)).ToList();
        for (var i = 0; i < 400; i++)
        {
            using var step = Tape.Current.BeginStep();
            var sketch = new Sketch(random, i % 2 == 0);
            for (var k = random.Next(1, 25); k > 0; k--)
                sketch.Add(ops);
            Compare(sketch, random, special: i % 3 == 0, $"seed {seed}, function {i}");
        }
    }

    private static void Compare(Sketch sketch, SeededRandom random, bool special, string name)
    {
        var count = random.Next(1, 40);
        double[] samples = [.. Enumerable.Range(0, count * Sketch.Inputs).Select(_ => Number())];
        double[] outers = [.. Enumerable.Range(0, sketch.Outers).Select(_ => Number())];
        var results = sketch.ChooseResults();
        Value[] ours = [.. outers.Select(n => new Value(n))],
            theirs = [.. outers.Select(n => new Value(n))];
        var replayed = Batching.Recording.Of(Sketch.Inputs, x => sketch.Call(x, ours, results)).Replay(samples);
        Value[] called = [.. samples.Chunk(Sketch.Inputs).SelectMany(x => sketch.Call(Array.ConvertAll(x, n => (Value)n), theirs, results))];
        for (var k = 0; k < called.Length; k++)
            Assert.True(Ulps.Same(called[k].Data, replayed[k].Data), $"{name}: result {k} is {replayed[k].Data:R}, called {called[k].Data:R}");

        // Some results are used more than once, some not at all.
        for (var pass = 0; pass < 2; pass++)
        {
            var used = Enumerable.Range(0, called.Length).Where(k => called[k].RequiresGrad && random.Next(pass == 0 ? 40 : 3) != 0).ToList();
            if (used.Count == 0)
                return;
            used.AddRange(used.Take(2).ToList());
            var upstream = random.Next(4) == 0 ? -0.0 : Number();
            Root(called, used).Backward(upstream);
            Root(replayed, used).Backward(upstream);
            for (var k = 0; k < ours.Length; k++)
            {
                Assert.True(theirs[k].HasGrad == ours[k].HasGrad, $"{name}: whether value {k} has a gradient, pass {pass}");
                Assert.True(
                    Ulps.Same(theirs[k].Grad, ours[k].Grad),
                    $"{name}: gradient {k} is {ours[k].Grad:R}, called {theirs[k].Grad:R}, pass {pass}"
                );
            }
        }

        double Number() => special && random.Next(6) == 0 ? s_special[random.Next(s_special.Length)] : random.NextDouble() * 4 - 2;

        static Value Root(Value[] results, List<int> used) => used.Select((k, i) => (i % 3 + 0.5) * results[k]).Aggregate((sum, term) => sum + term);
    }

    /// <summary>A random function: its nodes, each an op on earlier ones; below 0 are values from outside. Sums of weights and products are frequent.</summary>
    private sealed class Sketch(SeededRandom random, bool sums)
    {
        internal const int Inputs = 3;

        private readonly List<(string Op, int[] Operands, double[] Settings)> _nodes = [];

        internal int Outers { get; private set; } = 1;

        private int Last => Inputs + _nodes.Count - 1;

        internal void Add(List<Op> ops)
        {
            if (sums && random.Next(3) != 0)
            {
                AddSum();
                return;
            }

            var op = ops[random.Next(ops.Count)];
            var operands = new int[op.Arity < 0 ? random.Next(1, 20) : op.Arity];
            for (var k = 0; k < operands.Length; k++)
                operands[k] =
                    k > 0 && random.Next(6) == 0 ? operands[0]
                    : random.Next(4) == 0 ? Outer()
                    : Operand();
            _nodes.Add((op.Name, operands, [.. op.Settings[random.Next(op.Settings.Count)]]));
        }

        /// <summary>The nodes to return: none twice.</summary>
        internal int[] ChooseResults() =>
            [.. Enumerable.Range(Inputs, _nodes.Count).OrderBy(_ => random.NextBits()).Take(random.Next(1, 4)).Append(Last).Distinct()];

        internal Value[] Call(Value[] inputs, Value[] outers, int[] results)
        {
            var values = new List<Value>(inputs);
            foreach (var (op, operands, settings) in _nodes)
                values.Add(ParitySuite.Default.Ops[op].Ours(Array.ConvertAll(operands, k => k < 0 ? outers[~k] : values[k]), settings));
            return Array.ConvertAll(results, k => values[k]);
        }

        /// <summary>Terms added one after the other, as a neuron's or nearly so.</summary>
        private void AddSum()
        {
            var sum = random.Next(3) switch
            {
                0 => Outer(),
                1 => Operand(),
                _ => Node("mul", Outer(), Operand()),
            };
            for (var k = random.Next(1, 7); k > 0; k--)
            {
                var term = random.Next(8) switch
                {
                    0 => Outer(),
                    1 => Node("mul", Operand(), Outer()),
                    2 => Node("mul", Operand(), Operand()),
                    _ => Node("mul", Outer(), Operand()),
                };
                sum = random.Next(4) == 0 ? Node("add", term, sum) : Node("add", sum, term);
            }
        }

        private int Node(string op, int a, int b)
        {
            _nodes.Add((op, [a, b], []));
            return Last;
        }

        private int Operand() => random.Next(3) == 0 ? Math.Max(0, Last - random.Next(3)) : random.Next(Last + 1);

        /// <summary>Mostly one that is used nowhere else.</summary>
        private int Outer() => random.Next(5) == 0 ? ~random.Next(Outers) : ~Outers++;
    }
}
