using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Comparisons.Tests;

/// <summary>
/// The tape against the plain model engine, which adds one share after the other, and against PyTorch, on random programs: every way in
/// which the sweep takes a shortcut (operands just before, running sums, products of a value with itself) must give the same bits.
/// </summary>
public class SweepTests
{
    private static readonly string[] s_frequent =
    [
        "add",
        "add",
        "add",
        "mul",
        "mul",
        "mul",
        "sub",
        "div",
        "tanh",
        "relu",
        "neg",
        "pow_number",
        "sum",
    ];

    /// <summary>Ops that are one node with one share for each operand: what the model engine can take apart.</summary>
    private static readonly string[] s_others =
    [
        "exp",
        "sin",
        "square",
        "sqrt",
        "abs",
        "maximum",
        "leaky_relu",
        "hardtanh",
        "mean",
        "fmod",
        "atan2",
        "number_pow",
        "floor",
    ];

    private static readonly double[] s_numbers = [0.0, -0.0, 1, -1, 0.5, -2, 3, 1e-300, -1e-300, 1e300, double.PositiveInfinity, double.NaN, 5e-324];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_programs_have_the_model_engines_bits(int seed) =>
        Compare(seed, 1500, new ModelBackend(ParitySuite.Default.Ops, ModelRules.Right), fewestOperands: 0);

    /// <summary>PyTorch cannot stack nothing, so a sum has one operand at least.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Random_programs_have_PyTorchs_bits(int seed) => Compare(seed, 500, SuiteFixture.Context.Theirs, fewestOperands: 1);

    private static void Compare(int seed, int programs, IBackend other, int fewestOperands)
    {
        var random = new SeededRandom(seed);
        var ours = new MicrogradBackend(ParitySuite.Default.Ops);
        for (var i = 0; i < programs; i++)
        {
            var program = RandomProgram(random, special: i % 3 == 0, dense: i % 3 == 1, fewestOperands);
            var (left, right) = (ours.Run(program, program.DefaultInput), other.Run(program, program.DefaultInput));
            for (var k = 0; k < program.Nodes.Count; k++)
            {
                Assert.True(Ulps.Same(left.Values[k], right.Values[k]), $"seed {seed}, program {i}: value of node {k}");
                Assert.True(
                    left.Gradients[k] is { } our && right.Gradients[k] is { } their
                        ? Ulps.Same(our, their)
                        : left.Gradients[k] is null && right.Gradients[k] is null,
                    $"seed {seed}, program {i}: gradient of node {k} is {left.Gradients[k]}, the other's {right.Gradients[k]}"
                );
            }
        }
    }

    /// <summary>Special numbers; or dense: sums and products of the last few values only, where most shortcuts are taken.</summary>
    private static Program RandomProgram(SeededRandom random, bool special, bool dense, int fewestOperands)
    {
        var nodes = new List<Node>();
        var leaves = random.Next(1, 5);
        for (var i = 0; i < leaves; i++)
            nodes.Add(random.Next(5) == 0 ? Node.Constant(Number()) : Node.Leaf(Number()));
        nodes.Add(Node.Leaf(Number()));
        var count = random.Next(1, 40);
        for (var i = 0; i < count; i++)
            nodes.Add(random.Next(12) == 0 ? Node.Leaf(Number()) : RandomOp());
        var wants = Enumerable.Range(0, nodes.Count).Where(Wants).ToArray();
        var passes = Enumerable
            .Range(0, random.Next(1, 4))
            .Select(p => new Pass(random.Next(3) == 0 ? wants[random.Next(wants.Length)] : wants[^1], Upstream(), Clear: random.Next(4) == 0))
            .ToList();
        return new Program("random", nodes, passes);

        double Number() => special && random.Next(3) == 0 ? s_numbers[random.Next(s_numbers.Length)] : random.NextDouble() * 4 - 2;

        double Upstream() =>
            random.Next(4) switch
            {
                0 => Number(),
                1 => -0.0,
                _ => 1,
            };

        bool Wants(int node) => nodes[node].Op is null ? nodes[node].RequiresGrad : nodes[node].Operands.Any(Wants);

        // Mostly the nodes just before, as expressions have them.
        int Operand() => dense || random.Next(5) < 3 ? Math.Max(0, nodes.Count - 1 - random.Next(3)) : random.Next(nodes.Count);

        Node RandomOp()
        {
            var name =
                dense ? s_frequent[random.Next(6)]
                : random.Next(5) == 0 ? s_others[random.Next(s_others.Length)]
                : s_frequent[random.Next(s_frequent.Length)];
            var op = ParitySuite.Default.Ops[name];
            var operands = new int[op.Arity < 0 ? random.Next(fewestOperands, 20) : op.Arity];
            for (var k = 0; k < operands.Length; k++)
                operands[k] = k > 0 && random.Next(6) == 0 ? operands[0] : Operand();
            return Node.Of(name, operands, op.Settings[random.Next(op.Settings.Count)]);
        }
    }
}
