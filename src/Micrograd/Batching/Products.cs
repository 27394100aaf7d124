using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Micrograd.Batching;

/// <summary>Rounding of a product and the sum it is added to.</summary>
internal interface IProducts
{
    /// <summary>a · b + c.</summary>
    static abstract Vector256<double> Add(Vector256<double> a, Vector256<double> b, Vector256<double> c);

    /// <summary>c − a · b.</summary>
    static abstract Vector256<double> Subtract(Vector256<double> a, Vector256<double> b, Vector256<double> c);
}

/// <summary>Two roundings: the product, then the sum.</summary>
internal readonly struct SeparateProducts : IProducts
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Add(Vector256<double> a, Vector256<double> b, Vector256<double> c) => a * b + c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Subtract(Vector256<double> a, Vector256<double> b, Vector256<double> c) => c - a * b;
}

/// <summary>One rounding: fused multiply-add.</summary>
internal readonly struct FusedProducts : IProducts
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Add(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Subtract(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Vector256.FusedMultiplyAdd(-a, b, c);
}
