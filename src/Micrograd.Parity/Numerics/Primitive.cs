namespace Micrograd.Parity.Numerics;

/// <summary>Elementary operations of formulas: those of floating-point hardware and of the C library.</summary>
public enum Primitive
{
    /// <summary>a + b.</summary>
    Add,

    /// <summary>a − b.</summary>
    Subtract,

    /// <summary>a · b.</summary>
    Multiply,

    /// <summary>a / b.</summary>
    Divide,

    /// <summary>−a.</summary>
    Negate,

    /// <summary>|a|.</summary>
    Abs,

    /// <summary>√a.</summary>
    Sqrt,

    /// <summary>The largest integer ≤ a.</summary>
    Floor,

    /// <summary>The smallest integer ≥ a.</summary>
    Ceiling,

    /// <summary>The nearest integer, ties to even.</summary>
    Round,

    /// <summary>The integer part (rounding towards 0).</summary>
    Truncate,

    /// <summary>The remainder of a / b with the sign of a.</summary>
    Fmod,

    /// <summary>eᵃ.</summary>
    Exp,

    /// <summary>2ᵃ.</summary>
    Exp2,

    /// <summary>eᵃ − 1.</summary>
    Expm1,

    /// <summary>The natural logarithm.</summary>
    Log,

    /// <summary>The logarithm to base 2.</summary>
    Log2,

    /// <summary>The logarithm to base 10.</summary>
    Log10,

    /// <summary>log(1 + a).</summary>
    Log1p,

    /// <summary>a to the power of b.</summary>
    Pow,

    /// <summary>√(a² + b²).</summary>
    Hypot,

    /// <summary>The sine.</summary>
    Sin,

    /// <summary>The cosine.</summary>
    Cos,

    /// <summary>The tangent.</summary>
    Tan,

    /// <summary>The inverse sine.</summary>
    Asin,

    /// <summary>The inverse cosine.</summary>
    Acos,

    /// <summary>The inverse tangent.</summary>
    Atan,

    /// <summary>The angle of the point (b, a).</summary>
    Atan2,

    /// <summary>The hyperbolic sine.</summary>
    Sinh,

    /// <summary>The hyperbolic cosine.</summary>
    Cosh,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>The inverse hyperbolic sine.</summary>
    Asinh,

    /// <summary>The inverse hyperbolic cosine.</summary>
    Acosh,

    /// <summary>The inverse hyperbolic tangent.</summary>
    Atanh,

    /// <summary>The error function.</summary>
    Erf,

    /// <summary>The error function as part of gelu, where libraries approximate it by themselves.</summary>
    ErfOfGelu,

    /// <summary>eᵃ as part of logsigmoid, where PyTorch uses its vector class even for one number.</summary>
    ExpOfLogsigmoid,

    /// <summary>1 − erf(a).</summary>
    Erfc,
}

/// <summary>Predicate by which a formula selects one of two branches.</summary>
internal enum Relation
{
    /// <summary>a &lt; b.</summary>
    Less,

    /// <summary>a ≤ b.</summary>
    LessOrEqual,

    /// <summary>a = b.</summary>
    Equal,

    /// <summary>a is NaN.</summary>
    IsNaN,

    /// <summary>a is ∞ or −∞.</summary>
    IsInfinite,
}

/// <summary>An irrational constant: PyTorch's double in code, the number itself in exact arithmetic.</summary>
public enum Irrational
{
    /// <summary>The natural logarithm of 2.</summary>
    LogOfTwo,

    /// <summary>The natural logarithm of 10.</summary>
    LogOfTen,

    /// <summary>√½.</summary>
    SqrtHalf,

    /// <summary>2/√π.</summary>
    TwoOverSqrtPi,

    /// <summary>√(2/π).</summary>
    SqrtTwoOverPi,
}
