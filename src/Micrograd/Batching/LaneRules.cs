using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Micrograd.Tapes;

namespace Micrograd.Batching;

/// <summary>The rules on blocks of samples: the scalar formulas sample by sample, or the same operations on vectors for the frequent ones.</summary>
internal static unsafe class UnaryLanes<TRule>
    where TRule : struct, IUnaryRule
{
    private static bool HasVectors => typeof(TRule) == typeof(ReluRule) || typeof(TRule) == typeof(PowTwoRule) || typeof(TRule) == typeof(NegRule);

    internal static void Forward(in LaneCall call)
    {
        if (TRule.Function is { } function && ElementaryFunctions.Current.ComputesSeveral(function))
        {
            ElementaryFunctions.Current.Compute(function, new ReadOnlySpan<double>(call.A, call.Width), new Span<double>(call.Y, call.Width));
        }
        else
        {
            var i = 0;
            for (; HasVectors && i + Vector512<double>.Count <= call.Width; i += Vector512<double>.Count)
                Forward(Vector512.Load(call.A + i)).Store(call.Y + i);
            for (; i < call.Width; i++)
                call.Y[i] = TRule.Forward(call.A[i]);
        }
    }

    internal static void Vjp(in LaneCall call)
    {
        if (TRule.VjpFunction is { } function && ElementaryFunctions.Current.ComputesSeveral(function))
        {
            VjpBy(function, call);
            return;
        }

        var isFirst = call.IsFirst;
        var none = Vector512.Create(Cell.NoGradient);
        var hasVectors = HasVectors || typeof(TRule) == typeof(TanhRule);
        var i = 0;
        for (; hasVectors && i + Vector512<double>.Count <= call.Width; i += Vector512<double>.Count)
        {
            var share = Vjp(Vector512.Load(call.GradY + i), call.A + i, call.Y + i);
            ((isFirst ? none : Vector512.Load(call.GradA + i)) + share).Store(call.GradA + i);
        }

        for (; i < call.Width; i++)
            call.GradA[i] = (isFirst ? Cell.NoGradient : call.GradA[i]) + TRule.Vjp(call.GradY[i], call.A[i], call.Y[i]);
    }

    /// <summary>The VJP with an elementary function that is computed for many samples at once.</summary>
    private static void VjpBy(ElementaryFunction function, in LaneCall call)
    {
        const int Most = 256;
        var values = stackalloc double[Most];
        for (var start = 0; start < call.Width; start += Most)
        {
            var some = new Span<double>(values, Math.Min(Most, call.Width - start));
            for (var i = 0; i < some.Length; i++)
                some[i] = TRule.VjpArgument(call.A[start + i]);
            ElementaryFunctions.Current.Compute(function, some, some);
            var gradients = call.GradA + start;
            for (var i = 0; i < some.Length; i++)
                gradients[i] = (call.IsFirst ? Cell.NoGradient : gradients[i]) + TRule.VjpBy(some[i], call.GradY[start + i], call.A[start + i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Forward(Vector512<double> x)
    {
        if (typeof(TRule) == typeof(ReluRule))
            return Vector512.ConditionalSelect(Vector512.LessThan(x, default), default, x);
        return typeof(TRule) == typeof(PowTwoRule) ? x * x : -x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Vjp(Vector512<double> g, double* x, double* y)
    {
        if (typeof(TRule) == typeof(TanhRule))
        {
            var result = Vector512.Load(y);
            var one = Vector512.Create(1.0);
            return g * (ElementaryFunctions.Current.FusesMultiplyAdd ? Vector512.FusedMultiplyAdd(-result, result, one) : one - result * result);
        }

        if (typeof(TRule) == typeof(ReluRule))
            return Vector512.ConditionalSelect(Vector512.LessThanOrEqual(Vector512.Load(y), default), default, g);
        return typeof(TRule) == typeof(PowTwoRule) ? g * (Vector512.Create(2.0) * Vector512.Load(x)) : -g;
    }
}

/// <inheritdoc cref="UnaryLanes{TRule}"/>
internal static unsafe class AttributedLanes<TRule>
    where TRule : struct, IAttributedRule
{
    internal static void Forward(in LaneCall call)
    {
        for (var i = 0; i < call.Width; i++)
            call.Y[i] = TRule.Forward(call.A[i], call.P, call.Q);
    }

    internal static void Vjp(in LaneCall call)
    {
        var isFirst = call.IsFirst;
        for (var i = 0; i < call.Width; i++)
            call.GradA[i] = (isFirst ? Cell.NoGradient : call.GradA[i]) + TRule.Vjp(call.GradY[i], call.A[i], call.P, call.Q, call.Y[i]);
    }
}

/// <inheritdoc cref="UnaryLanes{TRule}"/>
internal static unsafe class BinaryLanes<TRule>
    where TRule : struct, IBinaryRule
{
    private static bool HasVectors =>
        typeof(TRule) == typeof(AddRule) || typeof(TRule) == typeof(SubRule) || typeof(TRule) == typeof(MulRule) || typeof(TRule) == typeof(DivRule);

    internal static void Forward(in LaneCall call)
    {
        var i = 0;
        for (; HasVectors && i + Vector512<double>.Count <= call.Width; i += Vector512<double>.Count)
            Forward(Vector512.Load(call.A + i), Vector512.Load(call.B + i)).Store(call.Y + i);
        for (; i < call.Width; i++)
            call.Y[i] = TRule.Forward(call.A[i], call.B[i]);
    }

    // Both operands may be the same: the first one's contribution is stored before the second one's is added.
    internal static void Vjp(in LaneCall call)
    {
        var i = 0;
        for (; HasVectors && i + Vector512<double>.Count <= call.Width; i += Vector512<double>.Count)
        {
            var g = Vector512.Load(call.GradY + i);
            var (a, b) = (Vector512.Load(call.A + i), Vector512.Load(call.B + i));
            (Vector512.Load(call.GradA + i) + VjpA(g, b)).Store(call.GradA + i);
            (Vector512.Load(call.GradB + i) + VjpB(g, a, b, call.Y + i)).Store(call.GradB + i);
        }

        for (; i < call.Width; i++)
        {
            double g = call.GradY[i],
                a = call.A[i],
                b = call.B[i],
                y = call.Y[i];
            call.GradA[i] += TRule.VjpA(g, a, b, y);
            call.GradB[i] += TRule.VjpB(g, a, b, y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Forward(Vector512<double> a, Vector512<double> b)
    {
        if (typeof(TRule) == typeof(AddRule))
            return a + b;
        if (typeof(TRule) == typeof(SubRule))
            return a - b;
        return typeof(TRule) == typeof(MulRule) ? a * b : a / b;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> VjpA(Vector512<double> g, Vector512<double> b)
    {
        if (typeof(TRule) == typeof(MulRule))
            return g * b;
        return typeof(TRule) == typeof(DivRule) ? g / b : g;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> VjpB(Vector512<double> g, Vector512<double> a, Vector512<double> b, double* y)
    {
        if (typeof(TRule) == typeof(AddRule))
            return g;
        if (typeof(TRule) == typeof(SubRule))
            return -g;
        return typeof(TRule) == typeof(MulRule) ? g * a : -g * (Vector512.Load(y) / b);
    }
}

/// <inheritdoc cref="UnaryLanes{TRule}"/>
internal static unsafe class TernaryLanes<TRule>
    where TRule : struct, ITernaryRule
{
    internal static void Forward(in LaneCall call)
    {
        for (var i = 0; i < call.Width; i++)
            call.Y[i] = TRule.Forward(call.Many[0][i], call.Many[1][i], call.Many[2][i]);
    }

    internal static void Vjp(in LaneCall call)
    {
        for (var i = 0; i < call.Width; i++)
        {
            double g = call.GradY[i],
                a = call.Many[0][i],
                b = call.Many[1][i],
                c = call.Many[2][i];
            for (var k = 0; k < call.ManyCount; k++)
                call.GradMany[k][i] += TRule.Vjp(k, g, a, b, c);
        }
    }
}

/// <inheritdoc cref="UnaryLanes{TRule}"/>
internal static unsafe class ManyLanes<TRule>
    where TRule : struct, IManyRule
{
    // The rule reads its operands at offsets from a start: one sample's are gathered one after the other.
    internal static void Forward(in LaneCall call)
    {
        for (var i = 0; i < call.Width; i++)
        {
            for (var k = 0; k < call.ManyCount; k++)
                call.Gathered[k] = call.Many[k][i];
            call.Y[i] = TRule.Forward((byte*)call.Gathered, new ReadOnlySpan<int>(call.GatheredAt, call.ManyCount));
        }
    }

    internal static void Vjp(in LaneCall call)
    {
        for (var k = 0; k < call.ManyCount; k++)
        {
            for (var i = 0; i < call.Width; i++)
                call.GradMany[k][i] += TRule.Vjp(call.GradY[i], call.ManyCount);
        }
    }
}
