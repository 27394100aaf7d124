using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>Result of computing a quantity anew from what each side was given itself.</summary>
/// <param name="IsKnown">True if both sides could be computed anew.</param>
/// <param name="Wrong">Sides that have other numbers than they should.</param>
/// <param name="Causes">Mistakes that give the numbers of a wrong side.</param>
internal sealed record Judgement(bool IsKnown, IReadOnlyList<Wrong> Wrong, IReadOnlyList<Mistake> Causes)
{
    /// <summary>Nothing is known.</summary>
    internal static Judgement Unknown { get; } = new(false, [], []);

    /// <summary>Both sides are right.</summary>
    internal static Judgement Right { get; } = new(true, [], []);

    /// <summary>True if what is computed depends on random numbers that each side draws for itself.</summary>
    internal bool DrawsNumbers { get; init; }

    /// <summary>The judgement of both sides; unknown where one is.</summary>
    internal static Judgement Both(Judgement? original, Judgement? port) =>
        original is null || port is null ? Unknown : new(true, [.. original.Wrong, .. port.Wrong], [.. original.Causes, .. port.Causes]);

    /// <summary>The same with the bound of a formula that nobody knows.</summary>
    internal static Recomputed Loosened(Recomputed right, ScalarType type) =>
        right.Exact.numel() == 0
            ? right
            : new Recomputed(
                right.Exact,
                right.Bound + right.Exact.nan_to_num(0, 0, 0).abs().max() * (RunDiff.Amplification * Dtypes.Roundoff(type))
            );

    /// <summary>The number that is furthest outside its bound; null if a right computation may have given all.</summary>
    internal static Wrong? Furthest(Side side, Tensor recorded, Recomputed right)
    {
        using var scope = NewDisposeScope();
        if (right.Wrong(recorded) is not { } wrong)
            return new Wrong(side, [], double.NaN, double.NaN, double.NaN);
        if (!wrong.any().ToBoolean())
            return null;
        var numbers = recorded.to(ScalarType.Float64);
        var excess = ((numbers - right.Exact).abs() - right.Bound).nan_to_num(double.MaxValue, double.MaxValue).masked_fill(wrong.logical_not(), -1);
        var place = excess.reshape(-1).argmax().ToInt64();
        var bound = right.Bound.expand_as(right.Exact).reshape(-1)[place].ToDouble();
        return new Wrong(
            side,
            TensorComparison.Index(place, recorded.shape),
            numbers.reshape(-1)[place].ToDouble(),
            right.Exact.reshape(-1)[place].ToDouble(),
            bound
        );
    }
}

/// <summary>Judges quantities of some kinds.</summary>
internal interface IJudge
{
    /// <summary>Judges a quantity that differs; <see cref="Judgement.Unknown"/> where this judge cannot.</summary>
    Judgement Judge(DiffState state, SideView original, SideView port, RecordedTensor a, RecordedTensor b);
}
