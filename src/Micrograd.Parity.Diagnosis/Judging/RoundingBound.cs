using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// How far rounding alone can take a result or a share, at given numbers. An engine that computes the same formula with other roundings
/// computes it exactly at operands moved by as many floats: the bound is what the op's own rule makes of its operands moved so far, and
/// as many ulps of the result.
/// </summary>
/// <param name="rules">The rules.</param>
/// <param name="isFloat32">Whether the engine rounds to float32.</param>
internal sealed class RoundingBound(LocalRules rules, bool isFloat32)
{
    private const double DoubleRounding = 1.0 / (1L << 53);
    private const double FloatRounding = 1.0 / (1 << 24);

    /// <summary>The greatest relative error of one rounding.</summary>
    internal double Unit => isFloat32 ? FloatRounding : DoubleRounding;

    /// <summary>The smallest number above 0.</summary>
    private double Smallest => isFloat32 ? float.Epsilon : 0;

    /// <summary>The greatest difference of two sums of the same terms in two orders.</summary>
    /// <param name="terms">How many terms there are.</param>
    /// <param name="magnitude">The sum of their magnitudes.</param>
    internal double OfOrder(int terms, double magnitude)
    {
        var one = (terms - 1) * Unit;
        return terms < 2 ? 0 : 2 * one / (1 - one) * magnitude;
    }

    /// <summary>Of a node's value.</summary>
    internal double OfValue(TraceNode node, double[] operands, double right)
    {
        var ulps = Roundings.OfValue(node.Op!);
        var bound = Own(ulps, right) + Left(ulps, Roundings.LeftOf(node.Op!, operands));
        if (node.Op is "sum" or "mean")
            return bound + OfOrder(operands.Length, operands.Sum(Math.Abs)) / (node.Op == "mean" ? operands.Length : 1);
        for (var k = 0; k < operands.Length && ulps > 0; k++)
        {
            var moved = (double[])operands.Clone();
            bound += Spread(right, operands[k], Roundings.SizeOf(node.Op!, operands[k]), ulps, x =>
            {
                moved[k] = x;
                return rules.Value(node, moved);
            });
        }

        return bound;
    }

    /// <summary>Of what a node passes on to one operand.</summary>
    internal double OfShare(TraceNode node, double[] operands, double upstream, int operand, double right)
    {
        var ulps = Roundings.OfShare(node.Op!);
        var bound = Own(ulps, right) + Left(ulps, Roundings.ShareIsLeftOf(node.Op!, upstream));
        if (ulps == 0)
            return bound;
        var shares = new double?[operands.Length];
        var moved = (double[])operands.Clone();
        for (var k = 0; k < operands.Length; k++)
        {
            bound += Spread(right, operands[k], Roundings.SizeOf(node.Op!, operands[k]), ulps, x =>
            {
                moved[k] = x;
                rules.Shares(node, moved, node.Value, upstream, shares);
                return shares[operand] ?? 0;
            });
            moved[k] = operands[k];
        }

        return bound + Spread(right, node.Value, Math.Abs(node.Value), ulps, y =>
            {
                rules.Shares(node, operands, y, upstream, shares);
                return shares[operand] ?? 0;
            });
    }

    private double Own(int ulps, double right) =>
        (isFloat32 ? ((2 * ulps) + 1) * Unit : 2 * ulps * Unit) * Math.Abs(right) + (ulps > 0 ? ulps * double.Epsilon : 0) + Smallest;

    private double Left(int ulps, double of) => of == 0 ? 0 : 2 * ulps * Unit * of;

    /// <summary>
    /// The lesser change on the two sides of a number: beyond a kink the rule is another one, which is no matter of rounding.
    /// </summary>
    private double Spread(double right, double x, double size, int ulps, Func<double, double> at)
    {
        var distance = 2 * ulps * Unit * size;
        if (distance == 0 || !double.IsFinite(distance))
            return 0;
        var (below, above) = (Math.Abs(at(x - distance) - right), Math.Abs(at(x + distance) - right));
        return double.IsNaN(below)
            ? double.IsNaN(above)
                ? 0
                : above
            : double.IsNaN(above)
                ? below
                : Math.Min(below, above);
    }
}
