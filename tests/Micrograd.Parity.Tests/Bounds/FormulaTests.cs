using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Tests.Bounds;

/// <summary>A row's formula is what the engine computes: in plain doubles it has the same bits, on every op's own points.</summary>
public class FormulaTests
{
    private static readonly OpCatalogue s_ops = ParitySuite.Default.Ops;

    public static TheoryData<string> Ops => [.. s_ops.All.Select(o => o.Name)];

    [Theory]
    [MemberData(nameof(Ops))]
    public void In_doubles_a_formula_has_the_engines_bits(string name)
    {
        var op = s_ops[name];
        var (formulas, engine) = (new FormulaBackend<double>(s_ops, DoubleArithmetic.Instance), new MicrogradBackend(s_ops));
        var random = new SeededRandom(5);
        foreach (var settings in op.Settings)
        {
            foreach (var point in OpPoints.For(op, settings, 300, random))
            {
                // A formula's sum is in any order, the engine's of more than two terms is not.
                if (op.Arity == Op.Any && point.Length > 2)
                    continue;
                var program = Program.OfOp(name, name, point.Length, settings);
                var input = new ProgramInput(point, [OpPoints.Upstream(random)]);
                var (formula, ours) = (formulas.Run(program, input), engine.Run(program, input));
                var at = $"{name} at {TraceComparer.Show(program, input)}";
                AssertSame(ours.Values[^1], formula.Values[^1], at);
                for (var k = 0; k < point.Length; k++)
                {
                    Assert.Equal(ours.Gradients[k] is not null, formula.HasGradient[k]);
                    if (ours.Gradients[k] is { } gradient)
                        AssertSame(gradient, formula.Gradients[k], $"gradient {k} of {at}");
                }
            }
        }
    }

    /// <summary>Zeros of either sign are one number to an enclosure, so their sign is no part of a formula.</summary>
    private static void AssertSame(double ours, double formula, string at) =>
        Assert.True(ours == formula || Ulps.Same(ours, formula), $"{at}: ours {ours:R}, formula {formula:R}");
}
