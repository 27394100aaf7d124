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
    private static readonly Vector256<double> s_zero = Vector256<double>.Zero;

    internal static Statistics None { get; } = new(0, 0, double.PositiveInfinity, double.NegativeInfinity, 0);

    internal Statistics And(Statistics other) =>
        new(Sum + other.Sum, Squares + other.Squares, Math.Min(Min, other.Min), Math.Max(Max, other.Max), NaNs + other.NaNs);

    internal static Statistics Of(ReadOnlySpan<float> numbers)
    {
        // Four sums of each kind: the next addition does not wait for the one before.
        var (sum0, sum1, sum2, sum3) = (s_zero, s_zero, s_zero, s_zero);
        var (squares0, squares1, squares2, squares3) = (s_zero, s_zero, s_zero, s_zero);
        var (min0, max0) = (Vector256.Create(float.PositiveInfinity), Vector256.Create(float.NegativeInfinity));
        var (min1, max1) = (min0, max0);
        var vectors = MemoryMarshal.Cast<float, Vector256<float>>(numbers);
        for (var i = 0; i + 1 < vectors.Length; i += 2)
        {
            var (first, second) = (vectors[i], vectors[i + 1]);
            var (lower0, upper0) = Vector256.Widen(first);
            var (lower1, upper1) = Vector256.Widen(second);
            sum0 += lower0;
            sum1 += upper0;
            sum2 += lower1;
            sum3 += upper1;
            squares0 = Vector256.FusedMultiplyAdd(lower0, lower0, squares0);
            squares1 = Vector256.FusedMultiplyAdd(upper0, upper0, squares1);
            squares2 = Vector256.FusedMultiplyAdd(lower1, lower1, squares2);
            squares3 = Vector256.FusedMultiplyAdd(upper1, upper1, squares3);
            min0 = Vector256.MinNative(min0, first);
            max0 = Vector256.MaxNative(max0, first);
            min1 = Vector256.MinNative(min1, second);
            max1 = Vector256.MaxNative(max1, second);
        }

        var squares = Vector256.Sum(squares0 + squares1 + (squares2 + squares3));
        // A NaN is in the sum of squares if there is one at all.
        if (double.IsNaN(squares))
            return OneByOne(numbers);
        var sum = Vector256.Sum(sum0 + sum1 + (sum2 + sum3));
        var all = new Statistics(sum, squares, Least(Vector256.Min(min0, min1)), Greatest(Vector256.Max(max0, max1)), 0);
        return all.And(OneByOne(numbers[(vectors.Length / 2 * 2 * Vector256<float>.Count)..]));
    }

    internal static Statistics Of(ReadOnlySpan<double> numbers)
    {
        var (sum0, sum1, sum2, sum3) = (s_zero, s_zero, s_zero, s_zero);
        var (squares0, squares1, squares2, squares3) = (s_zero, s_zero, s_zero, s_zero);
        var min = Vector256.Create(double.PositiveInfinity);
        var max = Vector256.Create(double.NegativeInfinity);
        var vectors = MemoryMarshal.Cast<double, Vector256<double>>(numbers);
        for (var i = 0; i + 3 < vectors.Length; i += 4)
        {
            var (first, second, third, fourth) = (vectors[i], vectors[i + 1], vectors[i + 2], vectors[i + 3]);
            sum0 += first;
            sum1 += second;
            sum2 += third;
            sum3 += fourth;
            squares0 = Vector256.FusedMultiplyAdd(first, first, squares0);
            squares1 = Vector256.FusedMultiplyAdd(second, second, squares1);
            squares2 = Vector256.FusedMultiplyAdd(third, third, squares2);
            squares3 = Vector256.FusedMultiplyAdd(fourth, fourth, squares3);
            min = Vector256.MinNative(min, Vector256.MinNative(Vector256.MinNative(first, second), Vector256.MinNative(third, fourth)));
            max = Vector256.MaxNative(max, Vector256.MaxNative(Vector256.MaxNative(first, second), Vector256.MaxNative(third, fourth)));
        }

        var squares = Vector256.Sum(squares0 + squares1 + (squares2 + squares3));
        if (double.IsNaN(squares))
            return OneByOne(numbers);
        var all = new Statistics(Vector256.Sum(sum0 + sum1 + (sum2 + sum3)), squares, Least(min), Greatest(max), 0);
        return all.And(OneByOne(numbers[(vectors.Length / 4 * 4 * Vector256<double>.Count)..]));
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
