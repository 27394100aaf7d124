using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Micrograd.Batching;

/// <summary>
/// tanh of several numbers at once, with the bits of the C library where that computes it as fdlibm does, from expm1 of ±2|x|, which
/// is reduced by multiples of ln 2 and approximated by a rational function. Every branch of that algorithm is a choice between lanes
/// here; the operations and their order are its own.
/// </summary>
/// <remarks>
/// C libraries have it in two forms, with every product rounded (<see cref="SeparateProducts"/>) and with products fused into the sums they
/// are added to (<see cref="FusedProducts"/>: glibc on processors with FMA). Which one a library has is asked once, over thousands of points
/// of every branch. Where it has neither, or the processor has no such lanes, its own tanh is called for each number.
/// </remarks>
internal static unsafe class TanhLanes
{
    /// <summary>ln 2, whose first part has so few bits that its multiples by an exponent are exact.</summary>
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double OneOverLn2 = 1.44269504088896338700;

    // The rational function's coefficients.
    private const double Q1 = -3.33333333333331316428e-02;
    private const double Q2 = 1.58730158725481460165e-03;
    private const double Q3 = -7.93650757867487942473e-05;
    private const double Q4 = 4.00821782732936239552e-06;
    private const double Q5 = -2.01099218183624371326e-07;

    // Below it 2|x| is reduced by less than 20 ln 2, which leaves out a branch that few numbers take.
    private const double Usual = 6.75;

    // Adding it moves an integer into the low bits.
    private const double Shifter = 6755399441055744;
    private const int ExponentBias = 1023;

    private static readonly bool s_isRounded = Vector256.IsHardwareAccelerated && HasLibrarysBits<SeparateProducts>();
    private static readonly bool s_isFused = Fma.IsSupported && !s_isRounded && HasLibrarysBits<FusedProducts>();

    /// <summary>The boundary below which the argument is not reduced: ½ ln 2, cut to the 32 bits that the algorithm looks at.</summary>
    private static double LeastReduced => BitConverter.UInt64BitsToDouble(0x3FD62E43_00000000);

    /// <summary>y = tanh x.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="y">Receives the results.</param>
    /// <param name="count">Count; a multiple of four.</param>
    internal static void Compute(double* x, double* y, int count)
    {
        if (s_isFused)
            Compute<FusedProducts>(x, y, count);
        else if (s_isRounded)
            Compute<SeparateProducts>(x, y, count);
        else
            CallLibrary(x, y, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compute<TProducts>(double* x, double* y, int count)
        where TProducts : struct, IProducts
    {
        for (var i = 0; i < count; i += Vector256<double>.Count)
            Of<TProducts>(Vector256.Load(x + i)).Store(y + i);
    }

    private static void CallLibrary(double* x, double* y, int count)
    {
        for (var i = 0; i < count; i++)
            y[i] = Math.Tanh(x[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Of<TProducts>(Vector256<double> x)
        where TProducts : struct, IProducts
    {
        var two = Vector256.Create(2.0);
        var one = Vector256.Create(1.0);
        var magnitude = Vector256.Abs(x);
        var isUsual = Vector256.LessThanAll(magnitude, Vector256.Create(Usual));
        var isLarge = Vector256.GreaterThanOrEqual(magnitude, one);
        var twice = two * (isUsual ? magnitude : Vector256.Min(magnitude, Vector256.Create(22.0)));
        var t = Expm1<TProducts>(twice, Vector256.AndNot(Vector256.Create(-0.0), isLarge), isUsual);
        var quotient = Vector256.ConditionalSelect(isLarge, two, -t) / (t + two);
        var result = Vector256.ConditionalSelect(isLarge, one - quotient, quotient) | (x & Vector256.Create(-0.0));
        if (isUsual)
            return result;
        var signedOne = one | (x & Vector256.Create(-0.0));
        result = Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(22.0)), signedOne, result);
        return Vector256.ConditionalSelect(Vector256.Equals(x, x), result, x);
    }

    /// <summary>eˣ − 1 for x = magnitude with a sign, |x| ≤ 44, above 0 only from 2 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Expm1<TProducts>(Vector256<double> magnitude, Vector256<double> sign, bool isUsual)
        where TProducts : struct, IProducts
    {
        var one = Vector256.Create(1.0);
        var half = Vector256.Create(0.5);
        var argument = magnitude | sign;
        var isReduced = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(LeastReduced));
        var k = (Vector256.Truncate(Vector256.Create(OneOverLn2) * magnitude + half) | sign) & isReduced;
        var high = argument - k * Vector256.Create(Ln2High);
        var low = k * Vector256.Create(Ln2Low);
        var x = high - low;
        var correction = high - x - low;

        var halfX = half * x;
        var z = x * halfX;
        var z2 = z * z;
        var r1 = TProducts.Add(z, Vector256.Create(Q1), one);
        var r2 = TProducts.Add(z, Vector256.Create(Q3), Vector256.Create(Q2));
        var r3 = TProducts.Add(z, Vector256.Create(Q5), Vector256.Create(Q4));
        var r = TProducts.Add(z2 * z2, r3, TProducts.Add(z2, r2, r1));
        var t = TProducts.Subtract(r, halfX, Vector256.Create(3.0));
        var e = z * ((r - t) / TProducts.Subtract(x, t, Vector256.Create(6.0)));

        var unreduced = x - TProducts.Add(x, e, -z);
        e = TProducts.Add(x, e - correction, -correction) - z;
        var difference = x - e;
        var power = PowerOfTwo(k);
        var inverse = PowerOfTwo(-k);

        // e^x is reached by 1, or by 1 − 2^−k where that is no mere 1, and the difference; the 1 is taken away before or after.
        var isFar = Vector256.LessThanOrEqual(k, Vector256.Create(-2.0));
        if (!isUsual)
            isFar |= Vector256.GreaterThan(k, Vector256.Create(56.0));
        var result = (one - Vector256.AndNot(inverse, isFar) + difference) * power - (one & isFar);
        if (!isUsual)
        {
            var middle = (x - (e + inverse) + one) * power;
            var isMiddle = Vector256.GreaterThanOrEqual(k, Vector256.Create(20.0)) & ~isFar;
            result = Vector256.ConditionalSelect(isMiddle, middle, result);
        }

        result = Vector256.ConditionalSelect(Vector256.Equals(k, Vector256.Create(-1.0)), half * difference - half, result);
        return Vector256.ConditionalSelect(isReduced, result, unreduced);
    }

    /// <summary>2^k for whole k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> PowerOfTwo(Vector256<double> exponent) =>
        Vector256.ShiftLeft((exponent + Vector256.Create(Shifter + ExponentBias)).AsInt64(), 52).AsDouble();

    private static bool HasLibrarysBits<TProducts>()
        where TProducts : struct, IProducts
    {
        const int PointsPerBranch = 512;
        ReadOnlySpan<double> bounds = [1e-18, 1e-8, 0.17, 0.18, 0.52, 1, 1.2, 7, 19, 23];
        for (var branch = 0; branch + 1 < bounds.Length; branch++)
        {
            for (var i = 0; i < PointsPerBranch; i++)
            {
                // Steps of the golden ratio: spread evenly, and with all bits in use.
                var x = bounds[branch] + (bounds[branch + 1] - bounds[branch]) * (i * 0.6180339887498949 % 1);
                var lane = Of<TProducts>(Vector256.Create(x)).ToScalar();
                if (BitConverter.DoubleToInt64Bits(lane) != BitConverter.DoubleToInt64Bits(Math.Tanh(x)))
                    return false;
            }
        }

        return true;
    }
}
