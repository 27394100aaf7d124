using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Micrograd.Tapes;

namespace Micrograd.Batching;

/// <summary>
/// init + w₁·x₁ + w₂·x₂ + … for a block of samples, each sample's sum in that order, and its gradients: of the x sample by sample, of
/// each weight from the block's last sample to its first, as a backward pass meets them.
/// </summary>
/// <remarks>A term that is a weight alone has a row of ones for x. What begins without init begins at −0, to which adding changes nothing.</remarks>
internal static unsafe class WeightedSum
{
    /// <summary>Number of terms that sums are filled up to a multiple of.</summary>
    internal const int Together = Lanes;

    /// <summary>Number of sums whose weights' gradients are accumulated at a time.</summary>
    internal const int Sums = 4;

    private const int Lanes = 8;
    private const int Quad = 4;

    /// <summary>The sums.</summary>
    /// <param name="weights">A number for each term.</param>
    /// <param name="rows">Each term's row.</param>
    /// <param name="count">Number of terms.</param>
    /// <param name="block">First row of the block.</param>
    /// <param name="init">Initial values of the sums; null for none.</param>
    /// <param name="y">Receives the sums.</param>
    /// <param name="width">Number of samples, rounded up to whole vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Forward(double* weights, int* rows, int count, double* block, double* init, double* y, int width)
    {
        var i = 0;
        for (; i + 4 * Lanes <= width; i += 4 * Lanes)
        {
            var none = Vector512.Create(Cell.NoGradient);
            var (s0, s1, s2, s3) = (none, none, none, none);
            if (init != null)
            {
                (s0, s1) = (Vector512.Load(init + i), Vector512.Load(init + i + Lanes));
                (s2, s3) = (Vector512.Load(init + i + 2 * Lanes), Vector512.Load(init + i + 3 * Lanes));
            }

            for (var t = 0; t < count; t++)
            {
                var w = Vector512.Create(weights[t]);
                var x = block + rows[t] * LaneProgram.Block + i;
                s0 = w * Vector512.Load(x) + s0;
                s1 = w * Vector512.Load(x + Lanes) + s1;
                s2 = w * Vector512.Load(x + 2 * Lanes) + s2;
                s3 = w * Vector512.Load(x + 3 * Lanes) + s3;
            }

            s0.Store(y + i);
            s1.Store(y + i + Lanes);
            s2.Store(y + i + 2 * Lanes);
            s3.Store(y + i + 3 * Lanes);
        }

        for (; i < width; i += Lanes)
        {
            var sum = init != null ? Vector512.Load(init + i) : Vector512.Create(Cell.NoGradient);
            for (var t = 0; t < count; t++)
                sum = Vector512.Create(weights[t]) * Vector512.Load(block + rows[t] * LaneProgram.Block + i) + sum;
            sum.Store(y + i);
        }
    }

    /// <summary>Adds g·w to each term's gradients, from the last term to the first; before the first, g to those of init.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void BackwardTerms(double* weights, int* gradRows, int count, double* gradients, double* gradInit, double* g, int width)
    {
        var i = 0;
        for (; i + 4 * Lanes <= width; i += 4 * Lanes)
        {
            var (g0, g1) = (Vector512.Load(g + i), Vector512.Load(g + i + Lanes));
            var (g2, g3) = (Vector512.Load(g + i + 2 * Lanes), Vector512.Load(g + i + 3 * Lanes));
            for (var t = count - 1; t >= 0; t--)
            {
                if (t == 0)
                    AddFour(gradInit + i, g0, g1, g2, g3);
                var w = Vector512.Create(weights[t]);
                var to = gradients + gradRows[t] * LaneProgram.Block + i;
                AddProduct(to, g0, w);
                AddProduct(to + Lanes, g1, w);
                AddProduct(to + 2 * Lanes, g2, w);
                AddProduct(to + 3 * Lanes, g3, w);
            }
        }

        for (; i < width; i += Lanes)
        {
            var own = Vector512.Load(g + i);
            for (var t = count - 1; t >= 0; t--)
            {
                if (t == 0)
                    Add(gradInit + i, own);
                AddProduct(gradients + gradRows[t] * LaneProgram.Block + i, own, Vector512.Create(weights[t]));
            }
        }
    }

    /// <summary>The numbers of each vector of terms sample by sample.</summary>
    /// <param name="rows">Each term's row.</param>
    /// <param name="count">Number of terms, filled up to <see cref="Together"/>.</param>
    /// <param name="block">First row of the block.</param>
    /// <param name="samples">Receives them.</param>
    /// <param name="width">Number of samples, rounded up to whole vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void BySample(int* rows, int count, double* block, double* samples, int width)
    {
        for (var t = 0; t < count; t += Quad)
        {
            double* x0 = block + rows[t] * LaneProgram.Block,
                x1 = block + rows[t + 1] * LaneProgram.Block,
                x2 = block + rows[t + 2] * LaneProgram.Block,
                x3 = block + rows[t + 3] * LaneProgram.Block;
            for (var i = 0; i < width; i += Quad)
            {
                var (s0, s1, s2, s3) = BySample(x0 + i, x1 + i, x2 + i, x3 + i);
                var to = samples + t / Lanes * Lanes * width + i * Lanes + t % Lanes;
                s0.Store(to);
                s1.Store(to + Lanes);
                s2.Store(to + 2 * Lanes);
                s3.Store(to + 3 * Lanes);
            }
        }
    }

    /// <summary>
    /// Adds g·x to each weight's gradient, from sample <paramref name="to"/> − 1 down to <paramref name="from"/>, for <see cref="Sums"/> sums with the
    /// same terms: the additions to one gradient wait for each other.
    /// </summary>
    /// <param name="weightGradients">For each sum a gradient for each term.</param>
    /// <param name="samples">The terms' numbers by <see cref="BySample(int*, int, double*, double*, int)"/>.</param>
    /// <param name="count">Number of terms, filled up to <see cref="Together"/>.</param>
    /// <param name="g">The sums' gradients.</param>
    /// <param name="from">First sample.</param>
    /// <param name="to">The sample behind the last one.</param>
    /// <param name="width">Number of samples in the block, rounded up to whole vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void BackwardWeights(double** weightGradients, double* samples, int count, double** g, int from, int to, int width)
    {
        double* g0 = g[0],
            g1 = g[1],
            g2 = g[2],
            g3 = g[3];
        for (var t = 0; t < count; t += Lanes)
        {
            var (s0, s1) = (Vector512.Load(weightGradients[0] + t), Vector512.Load(weightGradients[1] + t));
            var (s2, s3) = (Vector512.Load(weightGradients[2] + t), Vector512.Load(weightGradients[3] + t));
            for (var i = to - 1; i >= from; i--)
            {
                var x = Vector512.Load(samples + t * width + i * Lanes);
                s0 += Vector512.Create(g0[i]) * x;
                s1 += Vector512.Create(g1[i]) * x;
                s2 += Vector512.Create(g2[i]) * x;
                s3 += Vector512.Create(g3[i]) * x;
            }

            s0.Store(weightGradients[0] + t);
            s1.Store(weightGradients[1] + t);
            s2.Store(weightGradients[2] + t);
            s3.Store(weightGradients[3] + t);
        }
    }

    /// <summary>The same for one sum.</summary>
    /// <inheritdoc cref="BackwardWeights(double**, double*, int, double**, int, int, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void BackwardWeights(double* weightGradients, double* samples, int count, double* g, int from, int to, int width)
    {
        for (var t = 0; t < count; t += Lanes)
        {
            var sum = Vector512.Load(weightGradients + t);
            for (var i = to - 1; i >= from; i--)
                sum += Vector512.Create(g[i]) * Vector512.Load(samples + t * width + i * Lanes);
            sum.Store(weightGradients + t);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddFour(double* to, Vector512<double> s0, Vector512<double> s1, Vector512<double> s2, Vector512<double> s3)
    {
        Add(to, s0);
        Add(to + Lanes, s1);
        Add(to + 2 * Lanes, s2);
        Add(to + 3 * Lanes, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(double* to, Vector512<double> share) => (Vector512.Load(to) + share).Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(double* to, Vector512<double> a, Vector512<double> b) => (a * b + Vector512.Load(to)).Store(to);

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
