namespace TorchSharp;

public static partial class torch
{
    /// <summary>The sine of each element, in radians.</summary>
    public static Tensor sin(Tensor input) => input.sin();

    /// <summary>The cosine of each element, in radians.</summary>
    public static Tensor cos(Tensor input) => input.cos();

    /// <summary>The tangent of each element, in radians.</summary>
    public static Tensor tan(Tensor input) => input.tan();

    /// <summary>The inverse sine of each element.</summary>
    public static Tensor asin(Tensor input) => input.asin();

    /// <summary>The inverse sine of each element.</summary>
    public static Tensor arcsin(Tensor input) => input.arcsin();

    /// <summary>The inverse cosine of each element.</summary>
    public static Tensor acos(Tensor input) => input.acos();

    /// <summary>The inverse cosine of each element.</summary>
    public static Tensor arccos(Tensor input) => input.arccos();

    /// <summary>The inverse tangent of each element.</summary>
    public static Tensor atan(Tensor input) => input.atan();

    /// <summary>The inverse tangent of each element.</summary>
    public static Tensor arctan(Tensor input) => input.arctan();

    /// <summary>The hyperbolic sine of each element.</summary>
    public static Tensor sinh(Tensor input) => input.sinh();

    /// <summary>The hyperbolic cosine of each element.</summary>
    public static Tensor cosh(Tensor input) => input.cosh();

    /// <summary>The hyperbolic tangent of each element.</summary>
    public static Tensor tanh(Tensor input) => input.tanh();

    /// <summary>The inverse hyperbolic sine of each element.</summary>
    public static Tensor asinh(Tensor input) => input.asinh();

    /// <summary>The inverse hyperbolic sine of each element.</summary>
    public static Tensor arcsinh(Tensor input) => input.arcsinh();

    /// <summary>The inverse hyperbolic cosine of each element.</summary>
    public static Tensor acosh(Tensor input) => input.acosh();

    /// <summary>The inverse hyperbolic cosine of each element.</summary>
    public static Tensor arccosh(Tensor input) => input.arccosh();

    /// <summary>The inverse hyperbolic tangent of each element.</summary>
    public static Tensor atanh(Tensor input) => input.atanh();

    /// <summary>The inverse hyperbolic tangent of each element.</summary>
    public static Tensor arctanh(Tensor input) => input.arctanh();

    /// <summary>sin(πx) / (πx) of each element.</summary>
    public static Tensor sinc(Tensor input) => input.sinc();

    /// <summary>The angle of each point (other, this).</summary>
    public static Tensor atan2(Tensor input, Tensor other) => input.atan2(other);

    /// <summary>The angle of each point (other, this).</summary>
    public static Tensor arctan2(Tensor input, Tensor other) => input.arctan2(other);

    /// <summary>The hypotenuse of each two legs.</summary>
    public static Tensor hypot(Tensor left, Tensor right) => left.hypot(right);
}
