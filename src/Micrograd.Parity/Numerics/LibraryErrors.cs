namespace Micrograd.Parity.Numerics;

/// <summary>
/// Error bounds of the math libraries behind PyTorch's CPU kernels, and the arguments for which they hold.
/// </summary>
/// <remarks>
/// <para>
/// Three libraries stand behind these kernels; the greatest of their errors is taken. The ops exp, log, log2, log10, sin, cos, tan, asin, acos,
/// atan, tanh, erf, erfc and sqrt are the vector mathematics of Intel's MKL in its high-accuracy mode (ATen/cpu/vml.h), for one number as for
/// many. Intel states "Maximum accuracy error 1 ULP" for that mode, in both formats and on every processor ("oneMKL Vector Mathematics
/// Performance and Accuracy Data"); √ is no exception, and not rounded correctly there.
/// </para>
/// <para>
/// Vector kernels, and where PyTorch has no MKL the ops above too, call SLEEF (ATen/cpu/vec/vec256 and vec512): the functions u10, hypot u05,
/// erfc u15, and sinf and cosf u35. SLEEF states the errors and for which arguments they hold in its "Math library reference" (sleef.org,
/// docs/purec): 1.0 ulp for u10, with up to 1.001 for float32's hyperbolic functions, 0.5001 for hypot, 1.5 for erfc and 2.5 above 26.2, 3.5
/// for u35. These are stated as bounds.
/// </para>
/// <para>
/// Kernels on a single number call the C library. Its figures are those of glibc 2.36, of two kinds. Where a source file has an
/// error analysis, its figure holds: below 1 ulp for
/// exp and exp2 (0.511), log (0.520), log2 (0.550), pow (0.54), sin and cos (0.55), tan (0.62), asin, acos (0.524), atan, atan2 (0.56), hypot (0.948,
/// "below 1"), expm1 and log1p ("always less than 1"), in sysdeps/ieee754/dbl-64; for expf, exp2f (0.502), logf (0.818), log2f (0.752), powf (0.82), sinf
/// and cosf (0.561), in flt-32. The other functions have none; for them the manual's "Known Maximum Errors in Math Functions" has the greatest
/// that its tests have met (sysdeps/x86_64/fpu/libm-test-ulps): n whole ulps between the result and the correctly rounded number, and so up to n + ½ from
/// the exact one. That is the largest known error, not a proven bound; n + 1 is taken. <c>Bounds/FunctionErrors.cs</c> measures the errors of
/// PyTorch and of this machine's library.
/// </para>
/// </remarks>
internal static class LibraryErrors
{
    /// <summary>Error bound in ulps of the exact result.</summary>
    internal static double Ulps(Primitive f, FloatFormat format) =>
        (f, format == FloatFormat.Binary64) switch
        {
            // glibc's tests: 5, and 3 for float32.
            (Primitive.Erfc, true) => 6,
            (Primitive.Erfc, false) => 4,

            // SLEEF's u35.
            (Primitive.Sin or Primitive.Cos, false) => 3.5,

            // glibc's tests: 2.
            (Primitive.Sinh or Primitive.Cosh or Primitive.Tanh or Primitive.Asinh or Primitive.Acosh or Primitive.Atanh or Primitive.Log10, _) => 3,
            (Primitive.Atan2, false) => 3,

            // glibc's tests: 1.
            (Primitive.Erf or Primitive.ErfOfGelu, _) => 2,
            (Primitive.Tan or Primitive.Asin or Primitive.Acos or Primitive.Atan or Primitive.Expm1 or Primitive.Log1p, false) => 2,

            // An analysis, SLEEF's 1.0, and MKL's 1.
            _ => 1,
        };

    /// <summary>
    /// Absolute error, in addition to the ulps. SLEEF's bound for atan2 and erfc is "max(…, DBL_MIN)". In float32 gelu of more than one number is
    /// oneDNN's (eltwise_gelu_erf, src/cpu/x64/injectors/jit_uni_eltwise_injector.cpp), whose error function is Abramowitz and Stegun's 7.1.26:
    /// |ε| ≤ 1.5 · 10⁻⁷, and the polynomial of degree 5 by Horner's rule, γ₁₀ Σ|aᵢ|tⁱ with Σ|aᵢ| = 4.475 (Higham, 5.1), and six roundings more for t,
    /// the exponential and the products. On processors with AVX-512 its values, not its gradients, come from piecewise polynomials instead, of
    /// which oneDNN states no error; at all float32 numbers they came within 7.7 · 10⁻⁷ of the exact error function, a sixth of that bound.
    /// </summary>
    internal static double Absolute(Primitive f, FloatFormat format) =>
        f switch
        {
            Primitive.Atan2 or Primitive.Erfc => format.LeastNormal,
            Primitive.ErfOfGelu when format == FloatFormat.Binary32 => 1.5e-7 + 16 * format.UnitRoundoff * 4.475,
            _ => 0,
        };

    /// <summary>
    /// Beyond this argument SLEEF's sine and cosine give any number of [−1, 1] (u10 and u35 in float64, u35 in float32), its tangent any
    /// number.
    /// </summary>
    internal static double TrigonometricLimit(FloatFormat format) => format == FloatFormat.Binary64 ? 1e14 : 39000;

    /// <summary>
    /// Beyond this argument a function may give ∞ for a result that is finite: SLEEF's reference, and for log1p its source
    /// (sleefsimddp.c and sleefsimdsp.c, xlog1p). oneDNN's gelu has been seen to give ∞ above half of the largest float, as a product
    /// x · (1 + erf(x/√2)) does that is halved afterwards.
    /// </summary>
    internal static double OverflowLimit(Primitive f, FloatFormat format) =>
        (f, format == FloatFormat.Binary64) switch
        {
            (Primitive.Sinh or Primitive.Cosh, true) => 709,
            (Primitive.Sinh or Primitive.Cosh, false) => 88.5,
            (Primitive.Asinh or Primitive.Acosh, true) => 1.34e154,
            (Primitive.Asinh or Primitive.Acosh, false) => 1.84e19,
            (Primitive.Log1p, true) => 1e307,
            (Primitive.Log1p, false) => 1e38,
            (Primitive.ErfOfGelu, false) => 1.2e38,
            _ => double.PositiveInfinity,
        };

    /// <summary>Largest quotient for which SLEEF's fmod is exact.</summary>
    internal static double FmodLimit(FloatFormat format) => format == FloatFormat.Binary64 ? 1e300 : 1e38;

    /// <summary>
    /// Functions that may give NaN for an infinite argument. oneDNN's error function for gelu on processors with AVX-512 multiplies the argument by
    /// the 0 of a polynomial that is constant there (pytorch/pytorch#185770).
    /// </summary>
    internal static bool IsLostAtInfinity(Primitive f, FloatFormat format) => f == Primitive.ErfOfGelu && format == FloatFormat.Binary32;
}
