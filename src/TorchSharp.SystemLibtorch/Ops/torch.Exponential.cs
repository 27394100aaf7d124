namespace TorchSharp;

public static partial class torch
{
    /// <summary>e to the power of each element.</summary>
    public static Tensor exp(Tensor input) => input.exp();

    /// <summary>Two to the power of each element.</summary>
    public static Tensor exp2(Tensor input) => input.exp2();

    /// <summary>e to the power of each element, less one, precise near zero.</summary>
    public static Tensor expm1(Tensor input) => input.expm1();

    /// <summary>The natural logarithm of each element.</summary>
    public static Tensor log(Tensor input) => input.log();

    /// <summary>The logarithm to base two of each element.</summary>
    public static Tensor log2(Tensor input) => input.log2();

    /// <summary>The logarithm to base ten of each element.</summary>
    public static Tensor log10(Tensor input) => input.log10();

    /// <summary>The natural logarithm of one plus each element, precise near zero.</summary>
    public static Tensor log1p(Tensor input) => input.log1p();

    /// <summary>The error function of each element.</summary>
    public static Tensor erf(Tensor input) => input.erf();

    /// <summary>One less the error function of each element, precise for great ones.</summary>
    public static Tensor erfc(Tensor input) => input.erfc();

    /// <summary>The inverse of the error function of each element.</summary>
    public static Tensor erfinv(Tensor input) => input.erfinv();

    /// <summary>The logarithm of the absolute value of the gamma function of each element.</summary>
    public static Tensor lgamma(Tensor input) => input.lgamma();

    /// <summary>Each element times the logarithm of another; zero where the first is zero.</summary>
    public static Tensor xlogy(Tensor x, Tensor y) => x.xlogy(y);

    /// <summary>The logarithm of the sum of the exponentials of each two elements.</summary>
    public static Tensor logaddexp(Tensor left, Tensor right) => left.logaddexp(right);

    /// <summary>The same to base two.</summary>
    public static Tensor logaddexp2(Tensor left, Tensor right) => left.logaddexp2(right);

    /// <summary>Each element times the logarithm of a number; zero where the element is zero.</summary>
    public static Tensor xlogy(Tensor x, Scalar y) => x.xlogy(y);
}
