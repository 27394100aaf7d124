using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Micrograd.Batching;

/// <summary>How a product and the sum it is added to are rounded.</summary>
internal interface IProducts
{
    /// <summary>a · b + c.</summary>
    static abstract Vector256<double> Add(Vector256<double> a, Vector256<double> b, Vector256<double> c);

    /// <summary>c − a · b.</summary>
    static abstract Vector256<double> Subtract(Vector256<double> a, Vector256<double> b, Vector256<double> c);
}

/// <summary>Each is rounded by itself.</summary>
internal readonly struct Rounded : IProducts
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Add(Vector256<double> a, Vector256<double> b, Vector256<double> c) => a * b + c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Subtract(Vector256<double> a, Vector256<double> b, Vector256<double> c) => c - a * b;
}

/// <summary>Both are rounded once, together.</summary>
internal readonly struct Fused : IProducts
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Add(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Subtract(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Vector256.FusedMultiplyAdd(-a, b, c);
}

/// <summary>Whichever the processor is faster at.</summary>
internal readonly struct Either : IProducts
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Add(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Vector256.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Subtract(Vector256<double> a, Vector256<double> b, Vector256<double> c) =>
        Vector256.MultiplyAddEstimate(-a, b, c);
}
