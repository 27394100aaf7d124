using Micrograd.Parity.Formulas;

namespace Micrograd.Parity.Bounds;

/// <summary>
/// How far the functions of the C library and of PyTorch's vector kernels may be from the exact value, and where they may leave it.
/// </summary>
/// <remarks>
/// Two libraries stand behind PyTorch's CPU kernels. Plain kernels and the ends of vectors call the C library: its errors are those of
/// glibc's manual ("Known Maximum Errors in Math Functions", libm-test-ulps for x86_64) or, where it is more, the worst that Zimmermann et
/// al. found ("Accuracy of Mathematical Functions in Single, Double, Double Extended, and Quadruple Precision", hal-03141101), rounded up.
/// Vector kernels call SLEEF (ATen/cpu/vec/vec256, functions u10: 1.0 ulp; hypot u05; erfc u15; sinf and cosf u35), whose reference
/// (sleef.org, "Math library reference") also says for which arguments the bound holds. The greater of both is taken.
/// </remarks>
internal static class LibraryErrors
{
    /// <summary>The greatest error in ulps of the exact result.</summary>
    internal static double Ulps(Primitive f, FloatFormat format) => (f, format == FloatFormat.Binary64) switch
    {
        (Primitive.Erfc, true) => 6,
        (Primitive.Erfc, false) => 4,
        (Primitive.Sin or Primitive.Cos, false) => 3.5,
        (Primitive.Tanh or Primitive.Acosh, _) => 3,
        (Primitive.Log10, false) => 3,
        (Primitive.Sinh or Primitive.Cosh or Primitive.Asinh or Primitive.Atanh or Primitive.Erf or Primitive.ErfOfGelu or Primitive.Log10, _) => 2,
        (Primitive.Tan or Primitive.Atan2 or Primitive.Log1p, false) => 2,
        _ => 1,
    };

    /// <summary>
    /// What the error may be beside the ulps. SLEEF's bound for atan2 and erfc is "max(…, DBL_MIN)". In float32 gelu is oneDNN's
    /// (eltwise_gelu_erf), whose error function is Abramowitz and Stegun's 7.1.26: |ε| ≤ 1.5 · 10⁻⁷, and the polynomial of degree 5 by
    /// Horner's rule, γ₁₀ Σ|aᵢ|tⁱ with Σ|aᵢ| = 4.475 (Higham, 5.1), and six roundings more for t, the exponential and the products.
    /// </summary>
    internal static double Absolute(Primitive f, FloatFormat format) => f switch
    {
        Primitive.Atan2 or Primitive.Erfc => format.LeastNormal,
        Primitive.ErfOfGelu when format == FloatFormat.Binary32 => 1.5e-7 + 16 * format.UnitRoundoff * 4.475,
        _ => 0,
    };

    /// <summary>Beyond this argument SLEEF's sine and cosine give any number of [−1, 1], its tangent any number.</summary>
    internal static double TrigonometricLimit(FloatFormat format) => format == FloatFormat.Binary64 ? 1e14 : 39000;

    /// <summary>Beyond this argument a function may give ∞ for a result that is finite.</summary>
    internal static double OverflowLimit(Primitive f, FloatFormat format) => (f, format == FloatFormat.Binary64) switch
    {
        (Primitive.Sinh or Primitive.Cosh, true) => 709,
        (Primitive.Sinh or Primitive.Cosh, false) => 88.5,
        (Primitive.Asinh or Primitive.Acosh, true) => 1.34e154,
        (Primitive.Asinh or Primitive.Acosh, false) => 1.84e19,
        (Primitive.Log1p, true) => 1e307,
        (Primitive.Log1p, false) => 1e38,
        _ => double.PositiveInfinity,
    };

    /// <summary>The greatest quotient of which SLEEF's fmod computes the exact remainder.</summary>
    internal static double FmodLimit(FloatFormat format) => format == FloatFormat.Binary64 ? 1e300 : 1e38;
}
