using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
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
    internal static Recomputed Loosened(Recomputed right, ScalarType type)
    {
        if (right.Exact.numel() == 0)
            return right;
        using var work = TorchWork.Begin();
        var room = right.Exact.nan_to_num(0, 0, 0).abs().max() * (RunDiff.Amplification * DTypes.Roundoff(type));
        return new Recomputed(right.Exact, (right.Bound + room).MoveToOuterDisposeScope());
    }

    /// <summary>The number that is furthest outside its bound; null if a right computation may have given all.</summary>
    internal static Wrong? Furthest(Side side, Tensor recorded, Recomputed right)
    {
        using var work = TorchWork.Begin();
        if (!recorded.shape.SequenceEqual(right.Exact.shape))
            return new Wrong(side, [], double.NaN, double.NaN, double.NaN);
        var (numbers, exact) = (recorded.reshape(-1), right.Exact.reshape(-1));
        var bound = right.Bound.numel() == 1 ? right.Bound.reshape(1).expand(exact.numel()) : right.Bound.expand_as(right.Exact).reshape(-1);
        Wrong? found = null;
        var furthest = double.NegativeInfinity;
        foreach (var (start, count) in Pieces.Of(exact.numel()))
        {
            using var inner = NewDisposeScope();
            var (part, piece) = (numbers.narrow(0, start, count), new Recomputed(exact.narrow(0, start, count), bound.narrow(0, start, count)));
            var wrong = piece.Wrong(part)!;
            if (!wrong.any().ToBoolean())
                continue;
            var doubles = part.to(ScalarType.Float64);
            var excess = ((doubles - piece.Exact).abs() - piece.Bound)
                .nan_to_num(double.MaxValue, double.MaxValue)
                .masked_fill(wrong.logical_not(), double.NegativeInfinity);
            var place = excess.argmax();
            if (excess[place].ToDouble() is var far && far > furthest)
            {
                furthest = far;
                found = new Wrong(
                    side,
                    TensorComparison.Index(start + place.ToInt64(), recorded.shape),
                    doubles[place].ToDouble(),
                    piece.Exact[place].ToDouble(),
                    piece.Bound[place].ToDouble()
                );
            }
        }

        return found;
    }
}

/// <summary>Judges quantities of some kinds.</summary>
internal interface IJudge
{
    /// <summary>Judges a quantity that differs; <see cref="Judgement.Unknown"/> where this judge cannot.</summary>
    Judgement Judge(SideView original, SideView port, RecordedTensor a, RecordedTensor b);
}
