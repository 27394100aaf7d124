using Micrograd.Parity.Diff.Alignment;
using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff;

/// <summary>A tensor held against the other side's.</summary>
/// <param name="SameBits">True if the bits are the same; of summaries, if all that is recorded is.</param>
/// <param name="Difference">The difference in numbers; null if there is none, or if only hashes are recorded.</param>
internal sealed record TensorComparison(bool SameBits, TensorDifference? Difference)
{
    private const double ConstantRatio = 1e-4;

    /// <summary>Reads some of a tensor's numbers, in row-major order.</summary>
    private delegate Tensor Part(long start, long count);

    /// <summary>The greatest relative difference; 0 for the same bits, NaN if it is not known.</summary>
    internal double Relative => SameBits ? 0 : Difference?.Relative ?? double.NaN;

    /// <summary>Compares two tensors of the same shape, but for the port's order of elements.</summary>
    internal static TensorComparison Of(RecordedTensor original, RecordedTensor port, Arrangement arrangement)
    {
        using var scope = NewDisposeScope();
        if (original.HasNumbers && port.HasNumbers)
        {
            if (!arrangement.IsSame)
                return Compare(arrangement.Apply(original.Load()), port.Load(), port.Shape);
            return original.HasBytesOf(port) ? new TensorComparison(true, null) : Compare(original.Load, port.Load, port.Shape);
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
        return Compare(PartsOf(original), PartsOf(port), shape);
    }

    /// <summary>True if numbers differ by no more than what a function that nobody knows makes of one rounding in a type.</summary>
    internal static bool IsNear(Tensor computed, Tensor recorded, ScalarType type)
    {
        var comparison = Compare(computed, recorded, computed.shape);
        return comparison.SameBits || comparison.Relative <= RunDiff.Amplification * DTypes.Roundoff(type);
    }

    /// <summary>The factor that makes one tensor of the other nearly everywhere; null if there is none.</summary>
    internal static double? ConstantFactor(Tensor original, Tensor port)
    {
        using var scope = NewDisposeScope();
        return ConstantFactor(PartsOf(original), PartsOf(port), port.numel(), Dot(original, port) / Dot(original, original));
    }

    /// <summary>The sum of products.</summary>
    internal static double Dot(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var sum = 0.0;
        Over(PartsOf(a), PartsOf(b), a.numel(), (left, right, _) => sum += left.dot(right).ToDouble());
        return sum;
    }

    private static TensorComparison Compare(Part original, Part port, IReadOnlyList<long> shape)
    {
        var elements = shape.Aggregate(1L, (product, size) => product * size);
        var (furthest, place, left, right) = (0.0, 0L, double.NaN, double.NaN);
        var (scale, square, product) = (0.0, 0.0, 0.0);
        Over(original, port, elements, (a, b, start) =>
        {
            var distance = (a - b).abs();
            var (x, y) = (a, b);
            if (!double.IsFinite(distance.max().ToDouble()))
            {
                var both = a.isnan().logical_and(b.isnan()).logical_or(a.eq(b));
                distance = where(both, zeros_like(a), distance).nan_to_num(double.PositiveInfinity, double.PositiveInfinity);
                (x, y) = (a.nan_to_num(0, 0, 0), b.nan_to_num(0, 0, 0));
            }

            scale = Math.Max(scale, Math.Max(x.abs().max().ToDouble(), y.abs().max().ToDouble()));
            square += a.dot(a).ToDouble();
            product += a.dot(b).ToDouble();
            var at = distance.argmax().ToInt64();
            if (distance[at].ToDouble() is var far && far > furthest)
                (furthest, place, left, right) = (far, start + at, a[at].ToDouble(), b[at].ToDouble());
        });
        if (furthest == 0)
            return new TensorComparison(true, null);
        var relative = scale > 0 ? furthest / scale : double.PositiveInfinity;
        var factor = ConstantFactor(original, port, elements, product / square);
        return new TensorComparison(false, new TensorDifference(relative, Index(place, shape), left, right, factor));
    }

    private static double? ConstantFactor(Part original, Part port, long elements, double factor)
    {
        if (!double.IsFinite(factor) || factor == 0 || Math.Abs(factor - 1) < ConstantRatio)
            return null;
        var (distance, scale) = (0.0, 0.0);
        Over(original, port, elements, (a, b, _) =>
        {
            distance = Math.Max(distance, (b - factor * a).abs().max().ToDouble());
            scale = Math.Max(scale, b.abs().max().ToDouble());
        });
        return distance <= ConstantRatio * scale ? factor : null;
    }

    /// <summary>Goes through two tensors' numbers as doubles, piece by piece. Finalizers are held while a piece is looked at, not while it is read.</summary>
    private static void Over(Part original, Part port, long elements, Action<Tensor, Tensor, long> look)
    {
        foreach (var (start, count) in Pieces.Of(elements))
        {
            using var scope = NewDisposeScope();
            var (left, right) = (original(start, count), port(start, count));
            using var work = TorchWork.Begin();
            look(left.to_type(ScalarType.Float64), right.to_type(ScalarType.Float64), start);
        }
    }

    private static Part PartsOf(Tensor numbers)
    {
        var flat = numbers.reshape(-1);
        return (start, count) => flat.narrow(0, start, count);
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
        var elements = Math.Max(1, port.Elements);
        var scale = Math.Max(a.Magnitude(elements), b.Magnitude(elements));
        var relative = a.NaNs == b.NaNs ? 0 : double.PositiveInfinity;
        Widen(Math.Abs(a.Norm - b.Norm) / Math.Max(a.Norm, b.Norm));
        Widen(Math.Abs(a.Sum - b.Sum) / (scale * elements));
        Widen(Math.Abs(a.Min - b.Min) / scale);
        Widen(Math.Abs(a.Max - b.Max) / scale);
        TensorDifference? sample = null;
        if (arrangement.IsSame && a.Sample.Count > 0)
        {
            using var scope = NewDisposeScope();
            sample = Compare(tensor(a.Sample.ToArray()), tensor(b.Sample.ToArray()), [a.Sample.Count]).Difference;
        }

        if (sample is not null)
        {
            sample = sample with { Index = Index(EvenSample.Place((int)sample.Index[0], elements), port.Shape) };
            relative = Math.Max(relative, sample.Relative);
        }

        if (relative == 0)
            return new TensorComparison(true, null);
        return new TensorComparison(false, (sample ?? new TensorDifference(0, [], a.Norm, b.Norm, b.Norm / a.Norm)) with { Relative = relative });

        void Widen(double distance)
        {
            if (distance > relative)
                relative = distance;
        }
    }
}
