using Micrograd.Parity.Comparing;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Class of a recorded number's difference from PyTorch's. All but the last are benign rounding, not bugs.</summary>
internal enum DifferenceClass
{
    /// <summary>None: the same bits.</summary>
    SameBits,

    /// <summary>Only the sign of a zero: a sum that begins at +0 where PyTorch stores the first contribution.</summary>
    SignOfZero,

    /// <summary>The contributions to a gradient, or the terms of a sum, were added in another order.</summary>
    SummationOrder,

    /// <summary>The op's result is a few floats off: another mathematical library.</summary>
    UlpsOfRounding,

    /// <summary>The op was composed of others, such as a division of a product with a power.</summary>
    OtherComposition,

    /// <summary>The engine computes in float32.</summary>
    Float32Rounding,

    /// <summary>Benign rounding of earlier steps that has grown; only where the state before the step was not recorded.</summary>
    Drift,

    /// <summary>Rounding does not explain it.</summary>
    Mistake,
}

/// <summary>A fact about a finding that helps to identify its cause.</summary>
/// <param name="Kind">Machine-readable kind.</param>
/// <param name="Text">In words: <c>is what node 12 alone passes on</c>.</param>
/// <param name="Number">The number in it, such as a ratio; null where there is none.</param>
internal sealed record Fact(FactKind Kind, string Text, double? Number = null);

/// <summary>The kinds of facts.</summary>
internal enum FactKind
{
    /// <summary>The gradient equals the contribution of one consumer alone: assigned instead of accumulated.</summary>
    OneShare,

    /// <summary>The gradient lacks the contribution of a consumer.</summary>
    MissingShares,

    /// <summary>The gradient contains the contribution of one consumer twice.</summary>
    TwiceShare,

    /// <summary>The number is a whole multiple of the right one.</summary>
    WholeMultiple,

    /// <summary>The number is the right one with the other sign.</summary>
    OppositeSign,

    /// <summary>The number differs from the right one by the gradient of the graph or step before: gradients were not cleared.</summary>
    AddsEarlier,

    /// <summary>No gradient arrived.</summary>
    NoneArrived,

    /// <summary>Recorded and right have a constant ratio over all findings of the group.</summary>
    ConstantRatio,

    /// <summary>The VJP lacks the upstream gradient: it is right only where that is 1.</summary>
    OnlyWhereUpstreamIsNotOne,

    /// <summary>The number is not finite where PyTorch's is, or the reverse.</summary>
    NotFinite,

    /// <summary>The consumer backpropagated a gradient other than its recorded one: a partial sum, all partial sums in turn, or a multiple.</summary>
    OtherUpstream,

    /// <summary>The value is computed by another composition of operations.</summary>
    Composition,

    /// <summary>The parameter stayed as it was.</summary>
    NotUpdated,

    /// <summary>Only the parameters of some tensors are wrong.</summary>
    OnlySomeTensors,

    /// <summary>The number is the op's result with its operands swapped.</summary>
    OperandsExchanged,

    /// <summary>The rank of a layer's gradient is lower than it should be.</summary>
    LowRank,
}

/// <summary>A number of a recorded graph that is not what PyTorch computes from the recorded numbers beside it.</summary>
/// <param name="Node">The node's index in the graph.</param>
/// <param name="Quantity">
/// The wrong quantity: the value, which does not follow from the operands' values, or the gradient, which does not follow from the consumers'.
/// </param>
/// <param name="Recorded">The number as recorded.</param>
/// <param name="Right">The number that PyTorch computes from the recorded neighbours.</param>
/// <param name="Class">Class of the difference.</param>
internal sealed record GraphFinding(int Node, Quantity Quantity, double Recorded, double Right, DifferenceClass Class)
{
    /// <summary>
    /// The op whose rule is to blame, by the catalogue's name: of a value the node's own; of a gradient the consumer's whose VJP must be
    /// wrong. Null if no single rule is wrong, but gradient accumulation is.
    /// </summary>
    public string? Op { get; init; }

    /// <summary>For a gradient with one rule to blame: index of the op's operand that the node is; otherwise null.</summary>
    public int? Operand { get; init; }

    /// <summary>Facts about the finding.</summary>
    public IReadOnlyList<Fact> Facts { get; init; } = [];
}

/// <summary>A number of a recorded training run that is not what PyTorch computes from the step's recorded start.</summary>
/// <param name="Place">The step and phase.</param>
/// <param name="Number">Name of the number: <c>loss</c>, <c>output[3]</c>, <c>0.weight[1, 2]</c>, <c>exp_avg of 0.bias[0]</c>.</param>
/// <param name="Recorded">The number as recorded.</param>
/// <param name="Right">The number that PyTorch computes.</param>
/// <param name="Class">Class of the difference.</param>
internal sealed record TrainingFinding(TrainingPlace Place, string Number, double Recorded, double Right, DifferenceClass Class);
