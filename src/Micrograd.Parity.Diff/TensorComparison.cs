using Micrograd.Parity.Diff.Alignment;
using Micrograd.Parity.Diff.Recordings;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff;

/// <summary>A tensor held against the other side's.</summary>
/// <param name="SameBits">True if the bits are the same; of summaries, if all that is recorded is.</param>
/// <param name="Difference">The difference in numbers; null if there is none, or if only hashes are recorded.</param>
internal sealed record TensorComparison(bool SameBits, Difference? Difference)
{
    private const double ConstantRatio = 1e-4;

    /// <summary>The greatest relative difference; 0 for the same bits, NaN if it is not known.</summary>
    internal double Relative => SameBits ? 0 : Difference?.Relative ?? double.NaN;

    /// <summary>Compares two tensors of the same shape, but for the port's order of elements.</summary>
    internal static TensorComparison Of(RecordedTensor original, RecordedTensor port, Arrangement arrangement)
    {
        using var scope = NewDisposeScope();
        if (original.HasNumbers && port.HasNumbers)
        {
            var (a, b) = (original.Load(), port.Load());
            if (arrangement.IsSame && a.dtype == b.dtype && a.bytes.SequenceEqual(b.bytes))
                return new TensorComparison(true, null);
            return Compare(arrangement.Apply(a.to_type(ScalarType.Float64)), b.to_type(ScalarType.Float64), port.Shape);
        }

        if (original.Hash is { } hash && port.Hash is { } other && original.Dtype == port.Dtype && arrangement.IsSame)
        {
            if (hash == other)
                return new TensorComparison(true, null);
            if (original.Statistics is null || port.Statistics is null)
                return new TensorComparison(false, null);
        }

        return (Summaries.Of(original), Summaries.Of(port)) is ({ } left, { } right)
            ? Compare(left, right, port, arrangement)
            : new TensorComparison(false, null);
    }

    /// <summary>The greatest difference of numbers in the same order.</summary>
    internal static TensorComparison Compare(Tensor original, Tensor port, IReadOnlyList<long> shape)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (original.reshape(-1), port.reshape(-1));
        if (a.numel() == 0)
            return new TensorComparison(true, null);
        var both = a.isnan().logical_and(b.isnan()).logical_or(a.eq(b));
        if (both.all().ToBoolean())
            return new TensorComparison(true, null);
        var distance = where(both, zeros_like(a), (a - b).abs()).nan_to_num(double.PositiveInfinity, double.PositiveInfinity);
        var place = distance.argmax().ToInt64();
        var scale = Math.Max(Greatest(a), Greatest(b));
        var relative = scale > 0 ? distance[place].ToDouble() / scale : double.PositiveInfinity;
        return new TensorComparison(
            false,
            new Difference(relative, Index(place, shape), a[place].ToDouble(), b[place].ToDouble(), ConstantFactor(a, b))
        );
    }

    /// <summary>True if numbers differ by no more than what a function that nobody knows makes of one rounding in a type.</summary>
    internal static bool IsNear(Tensor computed, Tensor recorded, ScalarType type)
    {
        var comparison = Compare(computed, recorded, computed.shape);
        return comparison.SameBits || comparison.Relative <= RunDiff.Amplification * Dtypes.Roundoff(type);
    }

    /// <summary>The factor that makes one tensor of the other nearly everywhere; null if there is none.</summary>
    internal static double? ConstantFactor(Tensor original, Tensor port)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (original.reshape(-1), port.reshape(-1));
        var square = a.dot(a).ToDouble();
        var factor = a.dot(b).ToDouble() / square;
        if (!double.IsFinite(factor) || factor == 0 || Math.Abs(factor - 1) < ConstantRatio)
            return null;
        return (b - factor * a).abs().max().ToDouble() <= ConstantRatio * b.abs().max().ToDouble() ? factor : null;
    }

    private static double Greatest(Tensor numbers)
    {
        using var finite = numbers.nan_to_num(0, 0, 0);
        return finite.abs().max().ToDouble();
    }

    internal static long[] Index(long place, IReadOnlyList<long> shape)
    {
        var index = new long[shape.Count];
        for (var i = shape.Count - 1; i >= 0; i--)
            (place, index[i]) = (place / shape[i], place % shape[i]);
        return index;
    }

    /// <summary>Compares samples element by element where both are in the same order, and what does not depend on the order.</summary>
    private static TensorComparison Compare(TensorStatistics a, TensorStatistics b, RecordedTensor port, Arrangement arrangement)
    {
        var scale = Math.Max(Math.Max(Math.Abs(a.Min), Math.Abs(a.Max)), Math.Max(Math.Abs(b.Min), Math.Abs(b.Max)));
        var elements = Math.Max(1, port.Elements);
        var relative = a.NaNs == b.NaNs ? 0 : double.PositiveInfinity;
        Widen(Math.Abs(a.Norm - b.Norm) / Math.Max(a.Norm, b.Norm));
        Widen(Math.Abs(a.Sum - b.Sum) / (scale * elements));
        Widen(Math.Abs(a.Min - b.Min) / scale);
        Widen(Math.Abs(a.Max - b.Max) / scale);
        Difference? sample = null;
        if (arrangement.IsSame && a.Sample.Count > 0)
        {
            using var scope = NewDisposeScope();
            sample = Compare(tensor(a.Sample.ToArray()), tensor(b.Sample.ToArray()), [a.Sample.Count]).Difference;
        }

        if (sample is not null)
        {
            sample = sample with { Index = Index(TensorStatistics.Place((int)sample.Index[0], elements), port.Shape) };
            relative = Math.Max(relative, sample.Relative);
        }

        if (relative == 0)
            return new TensorComparison(true, null);
        return new TensorComparison(false, (sample ?? new Difference(0, [], a.Norm, b.Norm, b.Norm / a.Norm)) with { Relative = relative });

        void Widen(double distance)
        {
            if (distance > relative)
                relative = distance;
        }
    }
}
