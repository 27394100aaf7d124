using Micrograd.Parity.Comparing;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>What a recorded number's difference from PyTorch's is. All but the last are honest: rounding, not a mistake.</summary>
public enum DifferenceClass
{
    /// <summary>None: the same bits.</summary>
    SameBits,

    /// <summary>Only the sign of a zero: a sum that begins at +0 where PyTorch stores the first share.</summary>
    SignOfZero,

    /// <summary>The shares of a gradient, or the terms of a sum, were added in another order.</summary>
    SummationOrder,

    /// <summary>The op's result is a few floats off: another mathematical library.</summary>
    UlpsOfRounding,

    /// <summary>The op was composed of others, such as a division of a product with a power.</summary>
    OtherComposition,

    /// <summary>The engine computes in float32.</summary>
    Float32Rounding,

    /// <summary>Honest differences of earlier steps that have grown: each step follows from the recorded start of its own.</summary>
    Drift,

    /// <summary>Rounding does not explain it.</summary>
    Mistake,
}

/// <summary>Something known of a finding that helps to tell its cause.</summary>
/// <param name="Kind">Its kind, for programs.</param>
/// <param name="Text">In words: <c>equals the share of node 12 alone</c>.</param>
/// <param name="Number">The number in it, such as a ratio; null where there is none.</param>
public sealed record Fact(FactKind Kind, string Text, double? Number = null);

/// <summary>The kinds of facts.</summary>
public enum FactKind
{
    /// <summary>The gradient equals the share of one consumer alone: assigned in place of added.</summary>
    OneShare,

    /// <summary>The gradient equals the sum of some of the consumers' shares: the others are missing.</summary>
    MissingShares,

    /// <summary>The gradient has the share of one consumer twice.</summary>
    TwiceShare,

    /// <summary>The number is a whole multiple of the right one.</summary>
    WholeMultiple,

    /// <summary>The number is the right one with the other sign.</summary>
    OppositeSign,

    /// <summary>The number differs from the right one by what the earlier graph left: gradients were not cleared.</summary>
    AddsEarlier,

    /// <summary>No gradient arrived.</summary>
    NoneArrived,

    /// <summary>Recorded and right have a constant ratio over all findings of the group.</summary>
    ConstantRatio,

    /// <summary>All findings of the group are at nodes that are used more than once.</summary>
    OnlyWhereShared,

    /// <summary>The share is right where the upstream gradient is 1, and nowhere else.</summary>
    OnlyWhereUpstreamIsNotOne,

    /// <summary>The number is not finite where PyTorch's is, or the reverse.</summary>
    NotFinite,

    /// <summary>The consumer passed on another gradient than the one recorded of it: what it had at some arrival, or all of these together.</summary>
    OtherUpstream,

    /// <summary>The value is computed by another composition of operations.</summary>
    Composition,

    /// <summary>The parameter stayed as it was.</summary>
    NotUpdated,

    /// <summary>Only the parameters of some tensors are concerned.</summary>
    OnlySomeTensors,

    /// <summary>The number is the op's at exchanged operands.</summary>
    OperandsExchanged,

    /// <summary>The rank of a layer's gradient is lower than it should be.</summary>
    LowRank,
}

/// <summary>A number of a recorded graph that is not what PyTorch computes from the recorded numbers beside it.</summary>
/// <param name="Node">The node's index in the graph.</param>
/// <param name="Quantity">
/// Whether its value is not what its operands' values give, or its gradient not what its consumers' gradients pass on.
/// </param>
/// <param name="Recorded">The number as recorded.</param>
/// <param name="Right">The number that PyTorch computes from the recorded neighbours.</param>
/// <param name="Class">What the difference is.</param>
public sealed record GraphFinding(int Node, Quantity Quantity, double Recorded, double Right, DifferenceClass Class)
{
    /// <summary>
    /// The op whose rule is to blame, by the catalogue's name: of a value the node's own; of a gradient the consumer's whose share must be
    /// wrong. Null where it is not one rule, but how shares were gathered.
    /// </summary>
    public string? Op { get; init; }

    /// <summary>Of a gradient with one rule to blame: which of the op's operands the node is; otherwise null.</summary>
    public int? Operand { get; init; }

    /// <summary>What is known of it.</summary>
    public IReadOnlyList<Fact> Facts { get; init; } = [];
}

/// <summary>A number of a recorded training run that is not what PyTorch computes from the step's recorded start.</summary>
/// <param name="Place">The step and phase.</param>
/// <param name="Number">Which number: <c>loss</c>, <c>output[3]</c>, <c>0.weight[1, 2]</c>, <c>exp_avg of 0.bias[0]</c>.</param>
/// <param name="Recorded">The number as recorded.</param>
/// <param name="Right">The number that PyTorch computes.</param>
/// <param name="Class">What the difference is.</param>
public sealed record TrainingFinding(TrainingPlace Place, string Number, double Recorded, double Right, DifferenceClass Class)
{
    /// <summary>What is known of it.</summary>
    public IReadOnlyList<Fact> Facts { get; init; } = [];
}
