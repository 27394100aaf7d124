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
    /// <summary>Number of weights whose gradients are accumulated at a time.</summary>
    internal const int Together = 4;

    private const int Lanes = 4;

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
            var none = Vector256.Create(Cell.NoGradient);
            var (s0, s1, s2, s3) = (none, none, none, none);
            if (init != null)
            {
                (s0, s1) = (Vector256.Load(init + i), Vector256.Load(init + i + Lanes));
                (s2, s3) = (Vector256.Load(init + i + 2 * Lanes), Vector256.Load(init + i + 3 * Lanes));
            }

            for (var t = 0; t < count; t++)
            {
                var w = Vector256.Create(weights[t]);
                var x = block + rows[t] * LaneProgram.Block + i;
                s0 = w * Vector256.Load(x) + s0;
                s1 = w * Vector256.Load(x + Lanes) + s1;
                s2 = w * Vector256.Load(x + 2 * Lanes) + s2;
                s3 = w * Vector256.Load(x + 3 * Lanes) + s3;
            }

            s0.Store(y + i);
            s1.Store(y + i + Lanes);
            s2.Store(y + i + 2 * Lanes);
            s3.Store(y + i + 3 * Lanes);
        }

        for (; i < width; i += Lanes)
        {
            var sum = init != null ? Vector256.Load(init + i) : Vector256.Create(Cell.NoGradient);
            for (var t = 0; t < count; t++)
                sum = Vector256.Create(weights[t]) * Vector256.Load(block + rows[t] * LaneProgram.Block + i) + sum;
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
            var (g0, g1) = (Vector256.Load(g + i), Vector256.Load(g + i + Lanes));
            var (g2, g3) = (Vector256.Load(g + i + 2 * Lanes), Vector256.Load(g + i + 3 * Lanes));
            for (var t = count - 1; t >= 0; t--)
            {
                if (t == 0)
                    AddFour(gradInit + i, g0, g1, g2, g3);
                var w = Vector256.Create(weights[t]);
                var to = gradients + gradRows[t] * LaneProgram.Block + i;
                AddProduct(to, g0, w);
                AddProduct(to + Lanes, g1, w);
                AddProduct(to + 2 * Lanes, g2, w);
                AddProduct(to + 3 * Lanes, g3, w);
            }
        }

        for (; i < width; i += Lanes)
        {
            var own = Vector256.Load(g + i);
            for (var t = count - 1; t >= 0; t--)
            {
                if (t == 0)
                    Add(gradInit + i, own);
                AddProduct(gradients + gradRows[t] * LaneProgram.Block + i, own, Vector256.Create(weights[t]));
            }
        }
    }

    /// <summary>Adds g·x to each weight's gradient, from sample <paramref name="to"/> − 1 down to <paramref name="from"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void BackwardWeights(double* weightGradients, int* rows, int count, double* block, double* g, int from, int to)
    {
        var t = 0;
        if (from == 0 && to % Lanes == 0)
        {
            // Two vectors of weights at a time: the additions of one wait for each other.
            for (; t + Together < count; t += 2 * Together)
            {
                var (sum, other) = (Vector256.Load(weightGradients + t), Vector256.Load(weightGradients + t + Together));
                for (var i = to - Lanes; i >= 0; i -= Lanes)
                {
                    sum = AddSamples(sum, rows + t, block + i, g + i);
                    other = AddSamples(other, rows + t + Together, block + i, g + i);
                }

                sum.Store(weightGradients + t);
                other.Store(weightGradients + t + Together);
            }
        }

        for (; t < count; t += Together)
        {
            var sum = Vector256.Load(weightGradients + t);
            var i = to;
            for (; i % Lanes != 0 && i > from; i--)
                sum = AddSample(sum, rows + t, block + i - 1, g[i - 1]);
            for (; i - Lanes >= from; i -= Lanes)
                sum = AddSamples(sum, rows + t, block + i - Lanes, g + i - Lanes);
            for (; i > from; i--)
                sum = AddSample(sum, rows + t, block + i - 1, g[i - 1]);
            sum.Store(weightGradients + t);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> AddSample(Vector256<double> sum, int* rows, double* sample, double g) =>
        sum
        + Vector256.Create(g)
            * Vector256.Create(
                sample[rows[0] * LaneProgram.Block],
                sample[rows[1] * LaneProgram.Block],
                sample[rows[2] * LaneProgram.Block],
                sample[rows[3] * LaneProgram.Block]
            );

    /// <summary>Four samples, from the last to the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> AddSamples(Vector256<double> sum, int* rows, double* samples, double* g)
    {
        var (s0, s1, s2, s3) = BySample(
            samples + rows[0] * LaneProgram.Block,
            samples + rows[1] * LaneProgram.Block,
            samples + rows[2] * LaneProgram.Block,
            samples + rows[3] * LaneProgram.Block
        );
        sum += Vector256.Create(g[3]) * s3;
        sum += Vector256.Create(g[2]) * s2;
        sum += Vector256.Create(g[1]) * s1;
        return sum + Vector256.Create(g[0]) * s0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddFour(double* to, Vector256<double> s0, Vector256<double> s1, Vector256<double> s2, Vector256<double> s3)
    {
        Add(to, s0);
        Add(to + Lanes, s1);
        Add(to + 2 * Lanes, s2);
        Add(to + 3 * Lanes, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(double* to, Vector256<double> share) => (Vector256.Load(to) + share).Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(double* to, Vector256<double> a, Vector256<double> b) => (a * b + Vector256.Load(to)).Store(to);

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
