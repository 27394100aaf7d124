using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Micrograd.Tapes;

namespace Micrograd.Batching;

/// <summary>
/// init + w₁·x₁ + w₂·x₂ + … for a block of samples, each sample's sum in that order, and the gradients of the x sample by sample. Sums of the
/// same terms with other weights, as those of a layer, are computed together.
/// </summary>
/// <remarks>
/// A term that is a weight alone has a row of ones for x. What begins without init begins at −0, to which adding changes nothing. Weights lie term by
/// term, for <see cref="Lanes"/> sums beside each other.
/// </remarks>
internal static unsafe class WeightedSum
{
    /// <summary>Samples, or sums, in a vector.</summary>
    internal const int Lanes = 8;

    /// <summary>Number of terms that sums are filled up to a multiple of, and of sums or terms that are computed together.</summary>
    internal const int Quad = 4;

    internal static int FillUp(int count, int unit) => (count + unit - 1) / unit * unit;

    /// <summary>The first weight of a sum; those of its other terms follow in steps of <see cref="Lanes"/>.</summary>
    internal static double* WeightsOf(double* weights, int sum, int filled) => weights + (sum & -Lanes) * filled + (sum & (Lanes - 1));

    /// <summary>The sums.</summary>
    /// <param name="sums">The sums.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="rows">Each term's row.</param>
    /// <param name="numbers">First row of the block.</param>
    /// <param name="width">Numbers in a row: a multiple of four, eight at least.</param>
    internal static void Forward(in LaneInstruction sums, double* weights, int* rows, double* numbers, int width)
    {
        var (count, filled) = (sums.Count, sums.FilledCount);
        var y = numbers + sums.Y * width;
        var sum = 0;
        for (; width >= 2 * Lanes && sum + Quad <= sums.Members; sum += Quad)
            ForwardQuad(WeightsOf(weights, sum, filled), rows, count, numbers, y + sum * width, width);
        for (; sum < sums.Members; sum++)
        {
            var init = sums.A < 0 ? null : numbers + sums.A * width;
            ForwardOne(WeightsOf(weights, sum, filled), rows, count, numbers, init, y + sum * width, width);
        }
    }

    /// <summary>
    /// Adds g·w to the gradients of each term, from the last sum to the first, and of a sum from the last term to the first; before the first, g to
    /// those of init.
    /// </summary>
    /// <param name="sums">The sums.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="terms">The terms whose factors require a gradient.</param>
    /// <param name="gradients">First row of the block's gradients.</param>
    /// <param name="width">Numbers in a row: a multiple of four, eight at least.</param>
    internal static void BackwardTerms(in LaneInstruction sums, double* weights, PassedOnTerm* terms, double* gradients, int width)
    {
        if (sums.Members == 1)
        {
            BackwardTermsOfOne(sums, 0, weights, terms, gradients, sums.IsFirst, width);
            return;
        }

        for (var k = 0; k < sums.PassedOn; k += Quad)
            BackwardQuad(sums, weights, terms + k, gradients, width);
    }

    /// <summary>The same for one of the sums.</summary>
    /// <inheritdoc cref="BackwardTerms"/>
    internal static void BackwardTermsOfOne(
        in LaneInstruction sums,
        int sum,
        double* weights,
        PassedOnTerm* terms,
        double* gradients,
        bool isFirst,
        int width
    ) =>
        BackwardOne(
            WeightsOf(weights, sum, sums.FilledCount),
            terms,
            sums.PassedOn,
            gradients,
            gradients + sums.GradA * width,
            gradients + (sums.Y + sum) * width,
            isFirst,
            width
        );

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void ForwardQuad(double* weights, int* rows, int count, double* numbers, double* y, int width)
    {
        nint stride = width;
        for (var i = 0; i < width; i += 2 * Lanes)
        {
            i = Math.Min(i, width - 2 * Lanes); // the last vectors may be computed twice
            var block = numbers + i;
            var none = Vector512.Create(Cell.NoGradient);
            var (a0, a1, b0, b1) = (none, none, none, none);
            var (c0, c1, d0, d1) = (none, none, none, none);
            var w = weights;
            for (var row = rows; row < rows + count; row++, w += Lanes)
            {
                var x = block + *row * stride;
                var (x0, x1) = (Vector512.Load(x), Vector512.Load(x + Lanes));
                var (a, b, c, d) = (Vector512.Create(w[0]), Vector512.Create(w[1]), Vector512.Create(w[2]), Vector512.Create(w[3]));
                (a0, a1) = (a * x0 + a0, a * x1 + a1);
                (b0, b1) = (b * x0 + b0, b * x1 + b1);
                (c0, c1) = (c * x0 + c0, c * x1 + c1);
                (d0, d1) = (d * x0 + d0, d * x1 + d1);
            }

            Store(y + i, a0, a1);
            Store(y + width + i, b0, b1);
            Store(y + 2 * width + i, c0, c1);
            Store(y + 3 * width + i, d0, d1);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void ForwardOne(double* weights, int* rows, int count, double* numbers, double* init, double* y, int width)
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
                var w = Vector512.Create(weights[t * Lanes]);
                var x = numbers + rows[t] * width + i;
                s0 = w * Vector512.Load(x) + s0;
                s1 = w * Vector512.Load(x + Lanes) + s1;
                s2 = w * Vector512.Load(x + 2 * Lanes) + s2;
                s3 = w * Vector512.Load(x + 3 * Lanes) + s3;
            }

            Store(y + i, s0, s1);
            Store(y + i + 2 * Lanes, s2, s3);
        }

        for (; i < width; i += Lanes)
        {
            i = Math.Min(i, width - Lanes);
            var sum = init != null ? Vector512.Load(init + i) : Vector512.Create(Cell.NoGradient);
            for (var t = 0; t < count; t++)
                sum = Vector512.Create(weights[t * Lanes]) * Vector512.Load(numbers + rows[t] * width + i) + sum;
            sum.Store(y + i);
        }
    }

    /// <summary>Four terms, which have rows of their own each, of all sums.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void BackwardQuad(in LaneInstruction layer, double* weights, PassedOnTerm* terms, double* gradients, int width)
    {
        nint stride = width,
            ofA = terms[0].Term * Lanes,
            ofB = terms[1].Term * Lanes,
            ofC = terms[2].Term * Lanes,
            ofD = terms[3].Term * Lanes;
        double* a = gradients + terms[0].GradRow * stride,
            b = gradients + terms[1].GradRow * stride,
            c = gradients + terms[2].GradRow * stride,
            d = gradients + terms[3].GradRow * stride;
        var (filled, isFirst) = (layer.FilledCount, layer.IsFirst);
        var g = gradients + layer.Y * stride;
        var none = Vector512.Create(Cell.NoGradient);
        var i = 0;
        for (; i + 2 * Lanes <= width; i += 2 * Lanes, g += 2 * Lanes)
        {
            var (a0, a1, b0, b1) = (none, none, none, none);
            var (c0, c1, d0, d1) = (none, none, none, none);
            if (!isFirst)
            {
                (a0, a1, b0, b1) = (Vector512.Load(a + i), Vector512.Load(a + i + Lanes), Vector512.Load(b + i), Vector512.Load(b + i + Lanes));
                (c0, c1, d0, d1) = (Vector512.Load(c + i), Vector512.Load(c + i + Lanes), Vector512.Load(d + i), Vector512.Load(d + i + Lanes));
            }

            for (var end = layer.Members; end > 0; end = (end - 1) & -Lanes)
            {
                var first = WeightsOf(weights, (end - 1) & -Lanes, filled);
                var own = g + (end - 1) * stride;
                for (var w = WeightsOf(weights, end - 1, filled); w >= first; w--, own -= stride)
                {
                    var (g0, g1) = (Vector512.Load(own), Vector512.Load(own + Lanes));
                    var (wa, wb) = (Vector512.Create(w[ofA]), Vector512.Create(w[ofB]));
                    var (wc, wd) = (Vector512.Create(w[ofC]), Vector512.Create(w[ofD]));
                    (a0, a1) = (g0 * wa + a0, g1 * wa + a1);
                    (b0, b1) = (g0 * wb + b0, g1 * wb + b1);
                    (c0, c1) = (g0 * wc + c0, g1 * wc + c1);
                    (d0, d1) = (g0 * wd + d0, g1 * wd + d1);
                }
            }

            Store(a + i, a0, a1);
            Store(b + i, b0, b1);
            Store(c + i, c0, c1);
            Store(d + i, d0, d1);
        }

        for (; i < width; i += Lanes)
        {
            var isNew = IsNew(i, width);
            i = Math.Min(i, width - Lanes);
            g = gradients + layer.Y * stride + i;
            var (oldA, oldB, oldC, oldD) = (Vector512.Load(a + i), Vector512.Load(b + i), Vector512.Load(c + i), Vector512.Load(d + i));
            var (a0, b0, c0, d0) = isFirst ? (none, none, none, none) : (oldA, oldB, oldC, oldD);
            for (var sum = layer.Members - 1; sum >= 0; sum--)
            {
                var w = WeightsOf(weights, sum, filled);
                var g0 = Vector512.Load(g + sum * stride);
                (a0, b0) = (g0 * Vector512.Create(w[ofA]) + a0, g0 * Vector512.Create(w[ofB]) + b0);
                (c0, d0) = (g0 * Vector512.Create(w[ofC]) + c0, g0 * Vector512.Create(w[ofD]) + d0);
            }

            Vector512.ConditionalSelect(isNew, a0, oldA).Store(a + i);
            Vector512.ConditionalSelect(isNew, b0, oldB).Store(b + i);
            Vector512.ConditionalSelect(isNew, c0, oldC).Store(c + i);
            Vector512.ConditionalSelect(isNew, d0, oldD).Store(d + i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void BackwardOne(
        double* weights,
        PassedOnTerm* terms,
        int count,
        double* gradients,
        double* gradInit,
        double* g,
        bool isFirst,
        int width
    )
    {
        var i = 0;
        for (; i + 4 * Lanes <= width; i += 4 * Lanes)
        {
            var (g0, g1) = (Vector512.Load(g + i), Vector512.Load(g + i + Lanes));
            var (g2, g3) = (Vector512.Load(g + i + 2 * Lanes), Vector512.Load(g + i + 3 * Lanes));
            for (var k = count; k >= 0; k--)
            {
                if (k == 0 ? count == 0 || terms[0].Term > 0 : terms[k - 1].Term == 0)
                {
                    Add(gradInit + i, g0);
                    Add(gradInit + i + Lanes, g1);
                    Add(gradInit + i + 2 * Lanes, g2);
                    Add(gradInit + i + 3 * Lanes, g3);
                }

                if (k == 0)
                    break;
                var w = Vector512.Create(weights[terms[k - 1].Term * Lanes]);
                var to = gradients + terms[k - 1].GradRow * width + i;
                Add(to, g0 * w, isFirst);
                Add(to + Lanes, g1 * w, isFirst);
                Add(to + 2 * Lanes, g2 * w, isFirst);
                Add(to + 3 * Lanes, g3 * w, isFirst);
            }
        }

        for (; i < width; i += Lanes)
        {
            var isNew = IsNew(i, width);
            i = Math.Min(i, width - Lanes);
            var own = Vector512.Load(g + i);
            for (var k = count; k >= 0; k--)
            {
                if (k == 0 ? count == 0 || terms[0].Term > 0 : terms[k - 1].Term == 0)
                    AddNew(gradInit + i, own);
                if (k > 0)
                    AddNew(gradients + terms[k - 1].GradRow * width + i, own * Vector512.Create(weights[terms[k - 1].Term * Lanes]), isFirst);
            }

            void AddNew(double* to, Vector512<double> share, bool isFirst = false)
            {
                var old = Vector512.Load(to);
                Vector512.ConditionalSelect(isNew, isFirst ? share : old + share, old).Store(to);
            }
        }
    }

    /// <summary>Which numbers of the vector at a place come first there: at the end of a row it goes back over some that are done already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> IsNew(int place, int width) =>
        Vector512.GreaterThanOrEqual(Vector512.Create(0.0, 1, 2, 3, 4, 5, 6, 7), Vector512.Create((double)(place - Math.Min(place, width - Lanes))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(double* to, Vector512<double> first, Vector512<double> second)
    {
        first.Store(to);
        second.Store(to + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(double* to, Vector512<double> share, bool isFirst = false) => (isFirst ? share : Vector512.Load(to) + share).Store(to);
}
