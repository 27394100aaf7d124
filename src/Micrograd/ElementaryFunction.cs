namespace Micrograd;

/// <summary>The functions of <see cref="ElementaryFunctions"/>; each has the name of its method there.</summary>
public enum ElementaryFunction
{
    /// <summary><see cref="ElementaryFunctions.Exp(double)"/>.</summary>
    Exp,

    /// <summary><see cref="ElementaryFunctions.Exp2(double)"/>.</summary>
    Exp2,

    /// <summary><see cref="ElementaryFunctions.Expm1(double)"/>.</summary>
    Expm1,

    /// <summary><see cref="ElementaryFunctions.Log(double)"/>.</summary>
    Log,

    /// <summary><see cref="ElementaryFunctions.Log2(double)"/>.</summary>
    Log2,

    /// <summary><see cref="ElementaryFunctions.Log10(double)"/>.</summary>
    Log10,

    /// <summary><see cref="ElementaryFunctions.Log1p(double)"/>.</summary>
    Log1p,

    /// <summary><see cref="ElementaryFunctions.Sqrt(double)"/>.</summary>
    Sqrt,

    /// <summary><see cref="ElementaryFunctions.Sin(double)"/>.</summary>
    Sin,

    /// <summary><see cref="ElementaryFunctions.Cos(double)"/>.</summary>
    Cos,

    /// <summary><see cref="ElementaryFunctions.Tan(double)"/>.</summary>
    Tan,

    /// <summary><see cref="ElementaryFunctions.Asin(double)"/>.</summary>
    Asin,

    /// <summary><see cref="ElementaryFunctions.Acos(double)"/>.</summary>
    Acos,

    /// <summary><see cref="ElementaryFunctions.Atan(double)"/>.</summary>
    Atan,

    /// <summary><see cref="ElementaryFunctions.Sinh(double)"/>.</summary>
    Sinh,

    /// <summary><see cref="ElementaryFunctions.Cosh(double)"/>.</summary>
    Cosh,

    /// <summary><see cref="ElementaryFunctions.Tanh(double)"/>.</summary>
    Tanh,

    /// <summary><see cref="ElementaryFunctions.Asinh(double)"/>.</summary>
    Asinh,

    /// <summary><see cref="ElementaryFunctions.Acosh(double)"/>.</summary>
    Acosh,

    /// <summary><see cref="ElementaryFunctions.Atanh(double)"/>.</summary>
    Atanh,

    /// <summary><see cref="ElementaryFunctions.Erf(double)"/>.</summary>
    Erf,

    /// <summary><see cref="ElementaryFunctions.Erfc(double)"/>.</summary>
    Erfc,

    /// <summary><see cref="ElementaryFunctions.VectorExp(double)"/>.</summary>
    VectorExp,
}
