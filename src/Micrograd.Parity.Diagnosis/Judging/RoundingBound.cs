using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// Largest difference of a result or a VJP that rounding alone can cause at given numbers: the bound of the running error analysis of the op's
/// formula, once for PyTorch and once for an engine that rounds differently. The result of a single correctly rounded operation is the same
/// everywhere.
/// </summary>
/// <param name="rules">The rules.</param>
/// <param name="format">The format in which the engine rounds.</param>
internal sealed class RoundingBound(LocalRules rules, FloatFormat format)
{
    private readonly RunningError _value = new(format, multipliesByReciprocals: false);
    private readonly RunningError _share = new(format, multipliesByReciprocals: true);

    /// <summary>Largest difference of two sums of the same terms in two orders.</summary>
    /// <param name="terms">Number of terms.</param>
    /// <param name="magnitude">The sum of their magnitudes.</param>
    internal double OfOrder(int terms, double magnitude) => 2 * RunningError.OfOrder(terms, magnitude, format.UnitRoundoff);

    /// <summary>Bound for a node's value.</summary>
    internal double OfValue(GraphNode node, double[] operands, double right)
    {
        var bound = OfBoth(Value(node, operands), right);
        return Compositions.IsPower(node.Op!) ? Math.Max(bound, OfBoth(_value.OfCall(Primitive.Pow, right), right)) : bound;
    }

    /// <summary>Bound for a node's contribution to the gradient of one operand.</summary>
    internal double OfShare(GraphNode node, double[] operands, double upstream, int operand, double right)
    {
        var shares = new List<Approximate>();
        var result = Value(node, operands) with { Value = node.Value };
        rules
            .Formula(node)
            .AddShares(shares, _share, _share.Number(upstream), Array.ConvertAll(operands, _share.Number), result, node.Settings, operand);
        return OfBoth(_share.Sum(shares.ToArray()), right);
    }

    private Approximate Value(GraphNode node, double[] operands) =>
        rules.Formula(node).Value(_value, Array.ConvertAll(operands, _value.Number), node.Settings);

    private double OfBoth(Approximate ours, double right) =>
        format == FloatFormat.Binary32 ? (2 * ours.Error) + (format.UnitRoundoff * Math.Abs(right)) + float.Epsilon
        : ours.Roundings <= 1 ? 0
        : 2 * ours.Error;
}
