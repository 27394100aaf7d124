using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Classifies the difference of each recorded number of a graph from PyTorch's.</summary>
internal sealed class GraphJudge(GraphTrace graph, Consumers consumers, LocalRules rules, bool isFloat32)
{
    private readonly RoundingBound _double = new(rules, FloatFormat.Binary64);
    private readonly RoundingBound? _float = isFloat32 ? new(rules, FloatFormat.Binary32) : null;
    private readonly bool[] _valueDiffers = new bool[graph.Nodes.Count];

    /// <summary>Judges a node's value, given its operands' recorded values; null if the bits are the same.</summary>
    internal GraphFinding? Value(int index)
    {
        var node = graph.Nodes[index];
        var operands = node.Inputs();
        var right = rules.Value(node, operands);
        if (Ulps.Same(node.Value, right))
            return null;
        _valueDiffers[index] = true;
        var composition = Compositions.Explaining(node, operands, node.Value);
        var kind =
            node.Value == right ? DifferenceClass.SignOfZero
            : rules.SumsInAnyOrder(node) && Within(node.Value, right, _double.OfValue(node, operands, right)) ? DifferenceClass.SummationOrder
            : _float is not null && WithinFloat(node.Value, right, _float.OfValue(node, operands, right)) ? DifferenceClass.Float32Rounding
            : composition is not null && double.IsFinite(right) ? DifferenceClass.OtherComposition
            : Within(node.Value, right, _double.OfValue(node, operands, right)) ? DifferenceClass.UlpsOfRounding
            : DifferenceClass.Mistake;
        return new GraphFinding(index, Quantity.Value, node.Value, right, kind)
        {
            Op = node.Op,
            Facts = kind == DifferenceClass.OtherComposition ? [new Fact(FactKind.Composition, $"computed as {composition}")] : [],
        };
    }

    /// <summary>Judges a node's gradient, given its consumers' gradients; null if the bits are the same.</summary>
    /// <param name="index">The node.</param>
    /// <param name="right">The gradient that PyTorch accumulates at the node, given each consumer's recorded value; null if none arrives.</param>
    /// <param name="gradients">Each consumer's gradient: as recorded, or if it was not recorded, as it should be.</param>
    internal GraphFinding? Gradient(int index, double? right, double?[] gradients)
    {
        var recorded = graph.Nodes[index].Gradient!.Value;
        if (right is not { } sum)
            return recorded == 0 ? null : new GraphFinding(index, Quantity.Gradient, recorded, 0, DifferenceClass.Mistake);
        if (Ulps.Same(recorded, sum))
            return null;
        if (index == graph.Root)
            return new GraphFinding(index, Quantity.Gradient, recorded, sum, Rounded(recorded, sum, 0, 0));
        var uses = consumers.Of(index);
        var shares = Shares(index, gradients, recomputed: false);
        if (shares.Exists(s => _valueDiffers[s.Consumer]))
        {
            // An engine may know the derivative from the operands as well as from the result.
            shares = Shares(index, gradients, recomputed: true);
            sum = shares.Count == 0 ? sum : shares.Skip(1).Aggregate(shares[0].Number, (total, s) => total + s.Number);
            if (Ulps.Same(recorded, sum))
                return null;
        }

        var magnitude = shares.Sum(s => Math.Abs(s.Number));
        var order = _double.OfOrder(uses.Length, magnitude);
        var kind =
            recorded != sum && Within(recorded, sum, order)
                ? DifferenceClass.SummationOrder
                : Rounded(
                    recorded,
                    sum,
                    order + shares.Sum(s => Bound(_double, s, gradients)),
                    _float is null ? 0 : _float.OfOrder(uses.Length, magnitude) + shares.Sum(s => Bound(_float, s, gradients))
                );
        return new GraphFinding(index, Quantity.Gradient, recorded, sum, kind);
    }

    /// <summary>Contributions of each consumer to a node's gradient, from the latest consumer to the earliest.</summary>
    internal List<Share> Shares(int index, double?[] gradients, bool recomputed)
    {
        var shares = new List<Share>();
        foreach (var use in consumers.Of(index))
        {
            var consumer = graph.Nodes[use.Consumer];
            if (gradients[use.Consumer] is not { } upstream)
                continue;
            if (rules.Shares(consumer, consumer.Inputs(), recomputed ? null : consumer.Value, upstream)[use.Operand] is { } share)
                shares.Add(new Share(use.Consumer, use.Operand, share));
        }

        return shares;
    }

    private static bool Within(double recorded, double right, double bound) => double.IsFinite(bound) && Math.Abs(recorded - right) <= bound;

    /// <summary>As <see cref="Within"/>, but accepts an infinity where the right number overflows float32.</summary>
    private static bool WithinFloat(double recorded, double right, double bound) =>
        Within(recorded, right, bound) || (double.IsInfinity(recorded) && float.IsInfinity((float)right) && recorded > 0 == right > 0);

    private DifferenceClass Rounded(double recorded, double right, double bound, double floatBound) =>
        recorded == right ? DifferenceClass.SignOfZero
        : Within(recorded, right, bound) ? DifferenceClass.UlpsOfRounding
        : _float is not null && WithinFloat(recorded, right, floatBound) ? DifferenceClass.Float32Rounding
        : DifferenceClass.Mistake;

    private double Bound(RoundingBound bound, Share share, double?[] gradients)
    {
        var consumer = graph.Nodes[share.Consumer];
        return bound.OfShare(consumer, consumer.Inputs(), gradients[share.Consumer]!.Value, share.Operand, share.Number);
    }

    /// <summary>Contribution of one consumer to a node's gradient (its VJP).</summary>
    internal readonly record struct Share(int Consumer, int Operand, double Number);
}
