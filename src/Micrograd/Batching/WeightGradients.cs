using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Micrograd.Batching;

/// <summary>
/// Gradients of the weights of <see cref="WeightedSum"/>: to each g·x is added, from the block's last sample to its first, as a backward pass meets
/// them. Weights of <see cref="WeightedSum.Lanes"/> sums lie in a vector, so that the additions to one gradient, which wait for each other, go beside
/// those to others.
/// </summary>
internal static unsafe class WeightGradients
{
    /// <summary>Sums whose gradients are laid out sample by sample at a time.</summary>
    internal const int SumsTogether = 2 * Lanes;

    private const int Lanes = WeightedSum.Lanes;
    private const int Quad = WeightedSum.Quad;

    /// <summary>Adds to the gradients of all weights.</summary>
    /// <param name="sums">The sums.</param>
    /// <param name="weightGradients">A gradient for each weight.</param>
    /// <param name="isReached">For each sum, all bits if its weights receive gradients, else none; as many as fill vectors.</param>
    /// <param name="rows">Each term's row.</param>
    /// <param name="numbers">First row of the block.</param>
    /// <param name="gradients">First row of the block's gradients.</param>
    /// <param name="bySample">Room for <see cref="SumsTogether"/> rows.</param>
    /// <param name="from">First sample.</param>
    /// <param name="to">The sample behind the last one.</param>
    /// <param name="width">Numbers in a row: a multiple of four, eight at least.</param>
    internal static void Add(
        in LaneInstruction sums,
        double* weightGradients,
        double* isReached,
        int* rows,
        double* numbers,
        double* gradients,
        double* bySample,
        int from,
        int to,
        int width
    )
    {
        var filled = sums.FilledCount;
        for (var sum = 0; sum < sums.Members; sum += SumsTogether)
        {
            var members = Math.Min(sums.Members - sum, SumsTogether);
            var g = gradients + (sums.Y + sum) * width;
            for (var k = 0; k < members; k += Quad)
                BySample(g + k * width, bySample + (k & -Lanes) * width + (k & (Lanes - 1)), width);
            for (var t = 0; t < filled; t += Quad)
            {
                var own = weightGradients + sum * filled + t * Lanes;
                if (members > Lanes)
                    AddToTwo(own, own + Lanes * filled, isReached + sum, rows + t, numbers, bySample, from, to, width);
                else
                    AddToOne(own, isReached + sum, rows + t, numbers, bySample, from, to, width);
            }
        }
    }

    /// <summary>Four terms of two vectors of sums.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddToTwo(double* first, double* second, double* isReached, int* rows, double* numbers, double* g, int from, int to, int width)
    {
        double* a = numbers + rows[0] * width,
            b = numbers + rows[1] * width,
            c = numbers + rows[2] * width,
            d = numbers + rows[3] * width;
        var (a0, b0, c0, d0) = Four(first);
        var (a1, b1, c1, d1) = Four(second);
        var other = g + width * Lanes;
        for (nint i = to - 1; i >= from; i--)
        {
            var (g0, g1) = (Vector512.Load(g + i * Lanes), Vector512.Load(other + i * Lanes));
            var (xa, xb) = (Vector512.Create(a[i]), Vector512.Create(b[i]));
            var (xc, xd) = (Vector512.Create(c[i]), Vector512.Create(d[i]));
            (a0, a1) = (g0 * xa + a0, g1 * xa + a1);
            (b0, b1) = (g0 * xb + b0, g1 * xb + b1);
            (c0, c1) = (g0 * xc + c0, g1 * xc + c1);
            (d0, d1) = (g0 * xd + d0, g1 * xd + d1);
        }

        Store(first, isReached, a0, b0, c0, d0);
        Store(second, isReached + Lanes, a1, b1, c1, d1);
    }

    /// <summary>Four terms of one vector of sums.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddToOne(double* first, double* isReached, int* rows, double* numbers, double* g, int from, int to, int width)
    {
        double* a = numbers + rows[0] * width,
            b = numbers + rows[1] * width,
            c = numbers + rows[2] * width,
            d = numbers + rows[3] * width;
        var (a0, b0, c0, d0) = Four(first);
        for (nint i = to - 1; i >= from; i--)
        {
            var g0 = Vector512.Load(g + i * Lanes);
            (a0, b0) = (g0 * Vector512.Create(a[i]) + a0, g0 * Vector512.Create(b[i]) + b0);
            (c0, d0) = (g0 * Vector512.Create(c[i]) + c0, g0 * Vector512.Create(d[i]) + d0);
        }

        Store(first, isReached, a0, b0, c0, d0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double>, Vector512<double>, Vector512<double>, Vector512<double>) Four(double* from) =>
        (Vector512.Load(from), Vector512.Load(from + Lanes), Vector512.Load(from + 2 * Lanes), Vector512.Load(from + 3 * Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(double* to, double* isReached, Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d)
    {
        var reached = Vector512.Load(isReached);
        Vector512.ConditionalSelect(reached, a, Vector512.Load(to)).Store(to);
        Vector512.ConditionalSelect(reached, b, Vector512.Load(to + Lanes)).Store(to + Lanes);
        Vector512.ConditionalSelect(reached, c, Vector512.Load(to + 2 * Lanes)).Store(to + 2 * Lanes);
        Vector512.ConditionalSelect(reached, d, Vector512.Load(to + 3 * Lanes)).Store(to + 3 * Lanes);
    }

    /// <summary>Four rows sample by sample, in steps of <see cref="Lanes"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void BySample(double* row, double* to, int width)
    {
        for (var i = 0; i < width; i += Quad)
        {
            var (s0, s1, s2, s3) = BySample(row + i, row + width + i, row + 2 * width + i, row + 3 * width + i);
            s0.Store(to + i * Lanes);
            s1.Store(to + (i + 1) * Lanes);
            s2.Store(to + (i + 2) * Lanes);
            s3.Store(to + (i + 3) * Lanes);
        }
    }

    /// <summary>Four rows of four samples, as four samples of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double>, Vector256<double>, Vector256<double>, Vector256<double>) BySample(
        double* x0,
        double* x1,
        double* x2,
        double* x3
    )
    {
        if (!Avx.IsSupported)
        {
            return (
                Vector256.Create(x0[0], x1[0], x2[0], x3[0]),
                Vector256.Create(x0[1], x1[1], x2[1], x3[1]),
                Vector256.Create(x0[2], x1[2], x2[2], x3[2]),
                Vector256.Create(x0[3], x1[3], x2[3], x3[3])
            );
        }

        var (r0, r1, r2, r3) = (Vector256.Load(x0), Vector256.Load(x1), Vector256.Load(x2), Vector256.Load(x3));
        var (even01, odd01) = (Avx.UnpackLow(r0, r1), Avx.UnpackHigh(r0, r1));
        var (even23, odd23) = (Avx.UnpackLow(r2, r3), Avx.UnpackHigh(r2, r3));
        return (
            Avx.Permute2x128(even01, even23, 0x20),
            Avx.Permute2x128(odd01, odd23, 0x20),
            Avx.Permute2x128(even01, even23, 0x31),
            Avx.Permute2x128(odd01, odd23, 0x31)
        );
    }
}
