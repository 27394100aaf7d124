using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Micrograd.Batching;

/// <summary>
/// tanh of several numbers at once for <see cref="ReplayMode.Fast"/>: t / (t + 2) with t = expm1(2|x|), of which e^r − 1 for the
/// remainder r of a division by ln 2, |r| ≤ ½ ln 2, is the Taylor polynomial of degree 13. What that leaves out is below 2⁻⁵⁶ of the result.
/// </summary>
internal static unsafe class FastTanhLanes
{
    // From it on tanh is 1 in double precision.
    private const double Flat = 22;

    /// <summary>Y = tanh A.</summary>
    internal static void Forward(in LaneCall call) => Compute(call.A, call.Y, call.Width);

    /// <summary>y = tanh x.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="y">Receives the results.</param>
    /// <param name="count">How many; a multiple of four.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Compute(double* x, double* y, int count)
    {
        for (var i = 0; i < count; i += Vector256<double>.Count)
            Of(Vector256.Load(x + i)).Store(y + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Of(Vector256<double> x)
    {
        var one = Vector256.Create(1.0);
        var magnitude = Vector256.Abs(x);
        var flat = Vector256.Create(Flat);
        magnitude = Vector256.ConditionalSelect(Vector256.GreaterThan(magnitude, flat), flat, magnitude); // keeps NaN
        var twice = magnitude + magnitude;
        var k = Vector256.Round(twice * Vector256.Create(TanhLanes.OneOverLn2));
        var r = Either.Subtract(k, Vector256.Create(TanhLanes.Ln2Low), Either.Subtract(k, Vector256.Create(TanhLanes.Ln2High), twice));
        var power = TanhLanes.PowerOfTwo(k);
        var t = Either.Add(power, Expm1(r), power - one);
        return t / (t + Vector256.Create(2.0)) | (x & Vector256.Create(-0.0));
    }

    /// <summary>e^r − 1, by pairs of terms, so that few multiplications wait for each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Expm1(Vector256<double> r)
    {
        var r2 = r * r;
        var r4 = r2 * r2;
        var low = Either.Add(r2, Pair(r, 1.0 / 24, 1.0 / 120), Pair(r, 1.0 / 2, 1.0 / 6));
        var middle = Either.Add(r2, Pair(r, 1.0 / 40_320, 1.0 / 362_880), Pair(r, 1.0 / 720, 1.0 / 5_040));
        var high = Either.Add(r2, Pair(r, 1.0 / 479_001_600, 1.0 / 6_227_020_800), Pair(r, 1.0 / 3_628_800, 1.0 / 39_916_800));
        return Either.Add(r2, Either.Add(r4, Either.Add(r4, high, middle), low), r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Pair(Vector256<double> r, double constant, double slope) =>
        Either.Add(r, Vector256.Create(slope), Vector256.Create(constant));
}
