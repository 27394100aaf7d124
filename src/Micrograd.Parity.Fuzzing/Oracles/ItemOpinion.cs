using System.Text.Json.Serialization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing.Oracles;

/// <summary>Results of the oracles for one op or program: finite differences, exact values, and PyTorch's other kernels.</summary>
/// <param name="Name">The item's name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Differences">The gradients compared with finite differences.</param>
/// <param name="Kinks">One-sided derivatives where an op has a kink or a jump.</param>
/// <param name="Truth">Errors of each side against exact values.</param>
internal sealed record ItemOpinion(string Name, ItemKind Kind, DifferenceOpinion Differences, IReadOnlyList<KinkSlopes> Kinks, TruthOpinion Truth)
{
    /// <summary>The known reason why both sides have gradients that are not derivatives of the values; null if there is none.</summary>
    public string? Reason { get; init; }

    /// <summary>Refused gradients for which there is no reason, or which only the engine has.</summary>
    public IEnumerable<RefusedGradient> Unexplained => Differences.Refused.Where(r => Reason is null || !r.Shared);
}

/// <summary>Gradients compared with five-point finite differences of the engine's values.</summary>
/// <param name="Checked">Number of gradients that were compared.</param>
/// <param name="Undecided">Number of undecided gradients: next to a kink, or where the finite difference's error reaches its magnitude.</param>
/// <param name="LeastDigits">The least number of decimal digits that agree; NaN if no gradient was compared.</param>
/// <param name="MedianDigits">The median of these numbers.</param>
/// <param name="Refused">Gradients that the finite differences' error does not explain.</param>
internal sealed record DifferenceOpinion(int Checked, int Undecided, double LeastDigits, double MedianDigits, IReadOnlyList<RefusedGradient> Refused);

/// <summary>A gradient that finite differences refuse.</summary>
/// <param name="At">The leaf and the inputs, in words.</param>
/// <param name="Ours">The engine's gradient.</param>
/// <param name="Theirs">PyTorch's.</param>
/// <param name="Slope">The finite difference.</param>
/// <param name="Error">Greatest distance that rounding and the step size explain.</param>
/// <param name="Shared">True if both sides have the same gradient.</param>
internal sealed record RefusedGradient(string At, double? Ours, double? Theirs, double Slope, double Error, bool Shared);

/// <summary>An op at a kink or a jump.</summary>
/// <param name="At">The operands; the varied one is named where there are several.</param>
/// <param name="Left">The left derivative; null if the values jump there.</param>
/// <param name="Right">The right derivative; null if the values jump there.</param>
/// <param name="Ours">The engine's gradient.</param>
/// <param name="Theirs">PyTorch's choice.</param>
internal sealed record KinkSlopes(string At, double? Left, double? Right, double? Ours, double? Theirs);

/// <summary>Errors of the sides against exact values, and differences between the sides.</summary>
/// <param name="Numbers">Number of values and gradients that have an exact value.</param>
/// <param name="Ours">The engine's errors.</param>
/// <param name="Alone">Those of PyTorch on 0-dim tensors.</param>
/// <param name="Vector">Those of PyTorch on vectors; null where it does not apply the op elementwise.</param>
/// <param name="Differing">Number of values and gradients of PyTorch's vectors that differ from the engine's.</param>
/// <param name="OursNearer">Number of these for which the engine's is nearer to the exact value.</param>
/// <param name="VectorNearer">Number of these for which the vector's is nearer.</param>
internal sealed record TruthOpinion(
    int Numbers,
    ErrorsOfSide Ours,
    ErrorsOfSide Alone,
    ErrorsOfSide? Vector,
    int Differing,
    int OursNearer,
    int VectorNearer
)
{
    /// <summary>The special points at which not all three are the same.</summary>
    [JsonIgnore]
    public IReadOnlyList<SpecialPoint> SpecialPoints { get; init; } = [];

    /// <summary>The errors of PyTorch's plain kernels on vectors; null where a process with these was not asked as well.</summary>
    [JsonPropertyName("vector_plain")]
    public ErrorsOfSide? PlainVector { get; init; }
}

/// <summary>One side's greatest errors in units in the last place of the exact number, where both are finite.</summary>
/// <param name="Value">Greatest error of a value.</param>
/// <param name="Gradient">Greatest error of a gradient.</param>
/// <param name="Lost">Number of results that are not finite although the exact one is within a double's range, or the reverse.</param>
internal sealed record ErrorsOfSide(
    [property: JsonPropertyName("value_ulp")] double Value,
    [property: JsonPropertyName("gradient_ulp")] double Gradient,
    int Lost
);

/// <summary>A special point at which not all sides have the same number.</summary>
/// <param name="At">The operands.</param>
/// <param name="Quantity">Value or gradient.</param>
/// <param name="Operand">The operand whose gradient it is, from 1; null for the value.</param>
/// <param name="Ours">The engine's number.</param>
/// <param name="Alone">That of a 0-dim tensor under the kernels in use.</param>
/// <param name="Vector">That of a vector under the kernels in use.</param>
/// <param name="Exact">The double nearest to the exact number; NaN where there is none.</param>
internal sealed record SpecialPoint(string At, Quantity Quantity, int? Operand, double Ours, double Alone, double? Vector, double Exact)
{
    /// <summary>That of a 0-dim tensor under plain kernels; null where a process with these was not asked as well.</summary>
    [JsonPropertyName("alone_plain")]
    public double? PlainAlone { get; init; }

    /// <summary>That of a vector under plain kernels; null where a process with these was not asked as well.</summary>
    [JsonPropertyName("vector_plain")]
    public double? PlainVector { get; init; }

    /// <summary>True if any other side's number differs from the engine's.</summary>
    internal bool IsParting => new[] { Alone, Vector, PlainAlone, PlainVector }.Any(x => x is { } number && !Ulps.Same(Ours, number));
}
