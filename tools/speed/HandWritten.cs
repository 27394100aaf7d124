using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Micrograd.Comparisons.Speed;

/// <summary>
/// W3's training step by hand: no graph, each derivative written out, sixteen neurons beside each other in vectors, and the engine's own tanh
/// of many numbers. Every sum is taken in the order in which the engine takes it, so that all bits are the same.
/// </summary>
internal static unsafe class HandWritten
{
    private const int Hidden = 16;
    private const int Points = 100;
    private const int Lanes = 8;
    private const double Rate = 0.01;

    // Samples that share the reading of a weight, and neurons that share that of a sample.
    private const int Together = 4;

    private static readonly double* s_x0 = Room(Points);
    private static readonly double* s_x1 = Room(Points);
    private static readonly double* s_targets = Room(Points);

    // Activations and their gradients, sample by sample.
    private static readonly double* s_first = Room(Points * Hidden);
    private static readonly double* s_second = Room(Points * Hidden);
    private static readonly double* s_gradFirst = Room(Points * Hidden);
    private static readonly double* s_gradSecond = Room(Points * Hidden);
    private static readonly double* s_gradOut = Room(Points);

    // First layer: both weights of all neurons, then their biases. Second: the weights by neuron and by input, the biases. Last: weights, bias.
    private static readonly double* s_w1 = Room(3 * Hidden);
    private static readonly double* s_w2 = Room(Hidden * Hidden);
    private static readonly double* s_w2ByInput = Room(Hidden * Hidden);
    private static readonly double* s_b2 = Room(Hidden);
    private static readonly double* s_w3 = Room(Hidden + 1);
    private static readonly double* s_gradW2 = Room(Hidden * Hidden);
    private static readonly double[] s_results = new double[4];

    /// <summary>Puts W3's initial weights back.</summary>
    internal static void Start()
    {
        for (var i = 0; i < Points; i++)
        {
            (s_x0[i], s_x1[i]) = (Math.Sin(0.37 * i), Math.Cos(0.61 * i));
            s_targets[i] = s_x0[i] * s_x1[i] > 0 ? 1.0 : -1.0;
        }

        var q = 0;
        for (var j = 0; j < Hidden; j++)
        {
            for (var k = 0; k < 3; k++)
                s_w1[k * Hidden + j] = Weight(q++);
        }

        for (var j = 0; j < Hidden; j++)
        {
            for (var k = 0; k < Hidden; k++)
                s_w2[j * Hidden + k] = s_w2ByInput[k * Hidden + j] = Weight(q++);
            s_b2[j] = Weight(q++);
        }

        for (var k = 0; k <= Hidden; k++)
            s_w3[k] = Weight(q++);
    }

    /// <summary>W3: one training step.</summary>
    internal static double[] Step()
    {
        First();
        ElementaryFunctions.Current.Compute(ElementaryFunction.Tanh, Numbers(s_first), Numbers(s_first));
        Second();
        ElementaryFunctions.Current.Compute(ElementaryFunction.Tanh, Numbers(s_second), Numbers(s_second));
        s_results[0] = Last();
        s_results[3] = BackwardLast();
        s_results[2] = BackwardSecond();
        s_results[1] = BackwardFirst();
        return s_results;
    }

    private static double Weight(int i) => 0.5 * Math.Sin(1.7 * i + 0.3);

    private static double* Room(int count) => (double*)NativeMemory.AlignedAlloc((nuint)(count * sizeof(double)), 64);

    private static Span<double> Numbers(double* layer) => new(layer, Points * Hidden);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> At(double* numbers) => Vector512.Load(numbers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> All(double number) => Vector512.Create(number);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void First()
    {
        for (var j = 0; j < Hidden; j += Lanes)
        {
            var (w0, w1, bias) = (At(s_w1 + j), At(s_w1 + Hidden + j), At(s_w1 + 2 * Hidden + j));
            for (var i = 0; i < Points; i++)
                (w0 * All(s_x0[i]) + w1 * All(s_x1[i]) + bias).Store(s_first + i * Hidden + j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Second()
    {
        var none = All(-0.0);
        for (var i = 0; i < Points; i += Together)
        {
            var x = s_first + i * Hidden;
            var (a, b, c, d) = (none, none, none, none);
            var (e, f, g, h) = (none, none, none, none);
            for (var k = 0; k < Hidden; k++)
            {
                var (w, v) = (At(s_w2ByInput + k * Hidden), At(s_w2ByInput + k * Hidden + Lanes));
                var (x0, x1, x2, x3) = (All(x[k]), All(x[Hidden + k]), All(x[2 * Hidden + k]), All(x[3 * Hidden + k]));
                (a, b, c, d) = (a + w * x0, b + w * x1, c + w * x2, d + w * x3);
                (e, f, g, h) = (e + v * x0, f + v * x1, g + v * x2, h + v * x3);
            }

            var y = s_second + i * Hidden;
            var (bias, other) = (At(s_b2), At(s_b2 + Lanes));
            (a + bias).Store(y);
            (b + bias).Store(y + Hidden);
            (c + bias).Store(y + 2 * Hidden);
            (d + bias).Store(y + 3 * Hidden);
            (e + other).Store(y + Lanes);
            (f + other).Store(y + Hidden + Lanes);
            (g + other).Store(y + 2 * Hidden + Lanes);
            (h + other).Store(y + 3 * Hidden + Lanes);
        }
    }

    /// <summary>The outputs; leaves their gradients, and returns the loss.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Last()
    {
        var total = 0.0;
        for (var i = 0; i < Points; i += Together)
        {
            var x = s_second + i * Hidden;
            var (a, b, c, d) = (-0.0, -0.0, -0.0, -0.0);
            for (var k = 0; k < Hidden; k++)
            {
                var w = s_w3[k];
                (a, b) = (a + w * x[k], b + w * x[Hidden + k]);
                (c, d) = (c + w * x[2 * Hidden + k], d + w * x[3 * Hidden + k]);
            }

            total += Miss(i, a);
            total += Miss(i + 1, b);
            total += Miss(i + 2, c);
            total += Miss(i + 3, d);
        }

        return total / Points;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Miss(int i, double sum)
    {
        var miss = sum + s_w3[Hidden] - s_targets[i];
        var share = 1.0 / Points * miss;
        s_gradOut[i] = share + share;
        return miss * miss;
    }

    /// <summary>Returns the gradient of the last bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double BackwardLast()
    {
        var one = All(1.0);
        var (w, v) = (At(s_w3), At(s_w3 + Lanes));
        var (a, b, bias) = (All(0), All(0), 0.0);
        for (var i = Points - 1; i >= 0; i--)
        {
            var g = All(s_gradOut[i]);
            var (x, y) = (At(s_second + i * Hidden), At(s_second + i * Hidden + Lanes));
            (g * w * (one - x * x)).Store(s_gradSecond + i * Hidden);
            (g * v * (one - y * y)).Store(s_gradSecond + i * Hidden + Lanes);
            a += g * x;
            b += g * y;
            bias += s_gradOut[i];
        }

        (w - All(Rate) * a).Store(s_w3);
        (v - All(Rate) * b).Store(s_w3 + Lanes);
        s_w3[Hidden] -= Rate * bias;
        return bias;
    }

    /// <summary>Returns the gradient of the second weight of the fourth neuron.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double BackwardSecond()
    {
        PassOn();
        var (bias, other) = (All(0), All(0));
        for (var i = Points - 1; i >= 0; i--)
        {
            bias += At(s_gradSecond + i * Hidden);
            other += At(s_gradSecond + i * Hidden + Lanes);
        }

        (At(s_b2) - All(Rate) * bias).Store(s_b2);
        (At(s_b2 + Lanes) - All(Rate) * other).Store(s_b2 + Lanes);
        for (var j = 0; j < Hidden; j += Together)
            Weights(j);
        for (var j = 0; j < Hidden; j++)
        {
            for (var k = 0; k < Hidden; k += Lanes)
                (At(s_w2 + j * Hidden + k) - All(Rate) * At(s_gradW2 + j * Hidden + k)).Store(s_w2 + j * Hidden + k);
        }

        for (var k = 0; k < Hidden; k++)
        {
            for (var j = 0; j < Hidden; j++)
                s_w2ByInput[k * Hidden + j] = s_w2[j * Hidden + k];
        }

        return s_gradW2[3 * Hidden + 1];
    }

    /// <summary>The gradients of the first layer's sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PassOn()
    {
        var (none, one) = (All(-0.0), All(1.0));
        for (var i = 0; i < Points; i += Together)
        {
            var from = s_gradSecond + i * Hidden;
            var (a, b, c, d) = (none, none, none, none);
            var (e, f, g, h) = (none, none, none, none);
            for (var j = Hidden - 1; j >= 0; j--)
            {
                var (w, v) = (At(s_w2 + j * Hidden), At(s_w2 + j * Hidden + Lanes));
                var (g0, g1, g2, g3) = (All(from[j]), All(from[Hidden + j]), All(from[2 * Hidden + j]), All(from[3 * Hidden + j]));
                (a, b, c, d) = (a + w * g0, b + w * g1, c + w * g2, d + w * g3);
                (e, f, g, h) = (e + v * g0, f + v * g1, g + v * g2, h + v * g3);
            }

            Derive(i, 0, a);
            Derive(i + 1, 0, b);
            Derive(i + 2, 0, c);
            Derive(i + 3, 0, d);
            Derive(i, Lanes, e);
            Derive(i + 1, Lanes, f);
            Derive(i + 2, Lanes, g);
            Derive(i + 3, Lanes, h);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Derive(int i, int k, Vector512<double> upstream)
        {
            var y = At(s_first + i * Hidden + k);
            (upstream * (one - y * y)).Store(s_gradFirst + i * Hidden + k);
        }
    }

    /// <summary>The gradients of four neurons' weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weights(int j)
    {
        var none = All(0);
        var (a, b, c, d) = (none, none, none, none);
        var (e, f, g, h) = (none, none, none, none);
        for (var i = Points - 1; i >= 0; i--)
        {
            var (x, y) = (At(s_first + i * Hidden), At(s_first + i * Hidden + Lanes));
            var from = s_gradSecond + i * Hidden + j;
            var (g0, g1, g2, g3) = (All(from[0]), All(from[1]), All(from[2]), All(from[3]));
            (a, b, c, d) = (a + x * g0, b + x * g1, c + x * g2, d + x * g3);
            (e, f, g, h) = (e + y * g0, f + y * g1, g + y * g2, h + y * g3);
        }

        var to = s_gradW2 + j * Hidden;
        a.Store(to);
        b.Store(to + Hidden);
        c.Store(to + 2 * Hidden);
        d.Store(to + 3 * Hidden);
        e.Store(to + Lanes);
        f.Store(to + Hidden + Lanes);
        g.Store(to + 2 * Hidden + Lanes);
        h.Store(to + 3 * Hidden + Lanes);
    }

    /// <summary>Returns the gradient of the first weight of the first neuron.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double BackwardFirst()
    {
        var first = 0.0;
        for (var j = Hidden - Lanes; j >= 0; j -= Lanes)
        {
            var (w0, w1, bias) = (All(0), All(0), All(0));
            for (var i = Points - 1; i >= 0; i--)
            {
                var g = At(s_gradFirst + i * Hidden + j);
                w0 += g * All(s_x0[i]);
                w1 += g * All(s_x1[i]);
                bias += g;
            }

            first = w0.ToScalar();
            (At(s_w1 + j) - All(Rate) * w0).Store(s_w1 + j);
            (At(s_w1 + Hidden + j) - All(Rate) * w1).Store(s_w1 + Hidden + j);
            (At(s_w1 + 2 * Hidden + j) - All(Rate) * bias).Store(s_w1 + 2 * Hidden + j);
        }

        return first;
    }
}
