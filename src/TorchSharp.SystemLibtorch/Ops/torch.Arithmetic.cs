namespace TorchSharp;

public static partial class torch
{
    /// <summary>The absolute value of each element.</summary>
    public static Tensor abs(Tensor input) => input.abs();

    /// <summary>The absolute value of each element.</summary>
    public static Tensor absolute(Tensor input) => input.absolute();

    /// <summary>Each element with its sign turned.</summary>
    public static Tensor neg(Tensor input) => input.neg();

    /// <summary>Each element with its sign turned.</summary>
    public static Tensor negative(Tensor input) => input.negative();

    /// <summary>One over each element.</summary>
    public static Tensor reciprocal(Tensor input) => input.reciprocal();

    /// <summary>The square root of each element.</summary>
    public static Tensor sqrt(Tensor input) => input.sqrt();

    /// <summary>One over the square root of each element.</summary>
    public static Tensor rsqrt(Tensor input) => input.rsqrt();

    /// <summary>The square of each element.</summary>
    public static Tensor square(Tensor input) => input.square();

    /// <summary>−1, 0 or 1: the sign of each element.</summary>
    public static Tensor sign(Tensor input) => input.sign();

    /// <summary>Each element rounded down.</summary>
    public static Tensor floor(Tensor input) => input.floor();

    /// <summary>Each element rounded up.</summary>
    public static Tensor ceil(Tensor input) => input.ceil();

    /// <summary>Each element rounded towards zero.</summary>
    public static Tensor trunc(Tensor input) => input.trunc();

    /// <summary>Each element rounded towards zero.</summary>
    public static Tensor fix(Tensor input) => input.fix();

    /// <summary>The fractional part of each element, with its sign.</summary>
    public static Tensor frac(Tensor input) => input.frac();

    /// <summary>Each element to the power of another.</summary>
    public static Tensor pow(Tensor left, Tensor exponent) => left.pow(exponent);

    /// <summary>The remainder of each division, with the dividend's sign.</summary>
    public static Tensor fmod(Tensor left, Tensor right) => left.fmod(right);

    /// <summary>The remainder of each division, with the divisor's sign.</summary>
    public static Tensor remainder(Tensor left, Tensor right) => left.remainder(right);

    /// <summary>The greater of each two elements; a NaN wins.</summary>
    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);

    /// <summary>The lesser of each two elements; a NaN wins.</summary>
    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);

    /// <summary>The greater of each two elements; a NaN wins.</summary>
    public static Tensor max(Tensor input, Tensor other) => input.max(other);

    /// <summary>The lesser of each two elements; a NaN wins.</summary>
    public static Tensor min(Tensor input, Tensor other) => input.min(other);

    /// <summary>The greater of each two elements; a NaN loses.</summary>
    public static Tensor fmax(Tensor input, Tensor other) => input.fmax(other);

    /// <summary>The lesser of each two elements; a NaN loses.</summary>
    public static Tensor fmin(Tensor input, Tensor other) => input.fmin(other);

    /// <summary>The product of each two elements.</summary>
    public static Tensor mul(Tensor left, Tensor right) => left.mul(right);

    /// <summary>The product of each two elements.</summary>
    public static Tensor multiply(Tensor left, Tensor right) => left.multiply(right);

    /// <summary>Each element to a power.</summary>
    public static Tensor pow(Tensor left, Scalar exponent) => left.pow(exponent);

    /// <summary>The remainder of each division, with the dividend's sign.</summary>
    public static Tensor fmod(Tensor left, Scalar right) => left.fmod(right);

    /// <summary>The remainder of each division, with the divisor's sign.</summary>
    public static Tensor remainder(Tensor left, Scalar right) => left.remainder(right);

    /// <summary>Each element, or the bound where it is less.</summary>
    public static Tensor clamp_min(Tensor input, Scalar min) => input.clamp_min(min);

    /// <summary>Each element, or the bound where it is greater.</summary>
    public static Tensor clamp_max(Tensor input, Scalar max) => input.clamp_max(max);

    /// <summary>Each element times a number.</summary>
    public static Tensor mul(Tensor left, Scalar right) => left.mul(right);

    /// <summary>Each element times a number.</summary>
    public static Tensor multiply(Tensor left, Scalar right) => left.multiply(right);
}
