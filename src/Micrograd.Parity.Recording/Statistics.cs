using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Micrograd.Parity.Recording;

/// <summary>A summary of numbers, taken as doubles.</summary>
/// <param name="Sum">Their sum.</param>
/// <param name="Squares">The sum of their squares.</param>
/// <param name="Min">The least.</param>
/// <param name="Max">The greatest.</param>
/// <param name="NaNs">Number of NaNs; the others are of the rest.</param>
internal readonly record struct Statistics(double Sum, double Squares, double Min, double Max, long NaNs)
{
    /// <summary>Number of elements that are shown.</summary>
    internal const int SampleSize = 64;

    internal static Statistics None { get; } = new(0, 0, double.PositiveInfinity, double.NegativeInfinity, 0);

    internal Statistics And(Statistics other) =>
        new(Sum + other.Sum, Squares + other.Squares, Math.Min(Min, other.Min), Math.Max(Max, other.Max), NaNs + other.NaNs);

    /// <summary>The element that is shown at a place of the sample.</summary>
    internal static long SamplePlace(int i, long count, int shown) => shown == 1 ? 0 : (long)((Int128)i * (count - 1) / (shown - 1));

    internal static Statistics Of(ReadOnlySpan<float> numbers)
    {
        var (sum0, sum1, squares0, squares1) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var min = Vector256.Create(float.PositiveInfinity);
        var max = Vector256.Create(float.NegativeInfinity);
        var vectors = MemoryMarshal.Cast<float, Vector256<float>>(numbers);
        foreach (var vector in vectors)
        {
            var (lower, upper) = Vector256.Widen(vector);
            sum0 += lower;
            sum1 += upper;
            squares0 = Vector256.FusedMultiplyAdd(lower, lower, squares0);
            squares1 = Vector256.FusedMultiplyAdd(upper, upper, squares1);
            min = Vector256.MinNative(min, vector);
            max = Vector256.MaxNative(max, vector);
        }

        var squares = Vector256.Sum(squares0 + squares1);
        // A NaN is in the sum of squares if there is one at all.
        if (double.IsNaN(squares))
            return OneByOne(numbers);
        var all = new Statistics(Vector256.Sum(sum0 + sum1), squares, Least(min), Greatest(max), 0);
        return all.And(OneByOne(numbers[(vectors.Length * Vector256<float>.Count)..]));
    }

    internal static Statistics Of(ReadOnlySpan<double> numbers)
    {
        var (sum0, sum1, squares0, squares1) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var min = Vector256.Create(double.PositiveInfinity);
        var max = Vector256.Create(double.NegativeInfinity);
        var vectors = MemoryMarshal.Cast<double, Vector256<double>>(numbers);
        for (var i = 0; i + 1 < vectors.Length; i += 2)
        {
            var (first, second) = (vectors[i], vectors[i + 1]);
            sum0 += first;
            sum1 += second;
            squares0 = Vector256.FusedMultiplyAdd(first, first, squares0);
            squares1 = Vector256.FusedMultiplyAdd(second, second, squares1);
            min = Vector256.MinNative(min, Vector256.MinNative(first, second));
            max = Vector256.MaxNative(max, Vector256.MaxNative(first, second));
        }

        var squares = Vector256.Sum(squares0 + squares1);
        if (double.IsNaN(squares))
            return OneByOne(numbers);
        var all = new Statistics(Vector256.Sum(sum0 + sum1), squares, Least(min), Greatest(max), 0);
        return all.And(OneByOne(numbers[(vectors.Length / 2 * 2 * Vector256<double>.Count)..]));
    }

    private static Statistics OneByOne<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged, INumberBase<T>
    {
        var (sum, squares, min, max, nans) = None;
        foreach (var number in numbers)
        {
            var x = double.CreateChecked(number);
            if (double.IsNaN(x))
            {
                nans++;
                continue;
            }

            sum += x;
            squares += x * x;
            min = Math.Min(min, x);
            max = Math.Max(max, x);
        }

        return new Statistics(sum, squares, min, max, nans);
    }

    private static double Least<T>(Vector256<T> lanes)
        where T : unmanaged, INumber<T>
    {
        var least = lanes[0];
        for (var i = 1; i < Vector256<T>.Count; i++)
            least = T.Min(least, lanes[i]);
        return double.CreateChecked(least);
    }

    private static double Greatest<T>(Vector256<T> lanes)
        where T : unmanaged, INumber<T>
    {
        var greatest = lanes[0];
        for (var i = 1; i < Vector256<T>.Count; i++)
            greatest = T.Max(greatest, lanes[i]);
        return double.CreateChecked(greatest);
    }
}
