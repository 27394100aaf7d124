namespace Micrograd.Parity.Programs;

/// <summary>A node of a program that is being written.</summary>
/// <param name="Builder">The program's builder.</param>
/// <param name="Index">The node's index.</param>
public readonly record struct Expression(ProgramBuilder Builder, int Index)
{
    /// <summary>a + b.</summary>
    public static Expression operator +(Expression a, Expression b) => a.Apply("add", b);

    /// <summary>a + number.</summary>
    public static Expression operator +(Expression a, double b) => a + a.Builder.Constant(b);

    /// <summary>number + b.</summary>
    public static Expression operator +(double a, Expression b) => b.Builder.Constant(a) + b;

    /// <summary>a − b.</summary>
    public static Expression operator -(Expression a, Expression b) => a.Apply("sub", b);

    /// <summary>a − number.</summary>
    public static Expression operator -(Expression a, double b) => a - a.Builder.Constant(b);

    /// <summary>number − b.</summary>
    public static Expression operator -(double a, Expression b) => b.Builder.Constant(a) - b;

    /// <summary>a · b.</summary>
    public static Expression operator *(Expression a, Expression b) => a.Apply("mul", b);

    /// <summary>a · number.</summary>
    public static Expression operator *(Expression a, double b) => a * a.Builder.Constant(b);

    /// <summary>number · b.</summary>
    public static Expression operator *(double a, Expression b) => b.Builder.Constant(a) * b;

    /// <summary>a / b.</summary>
    public static Expression operator /(Expression a, Expression b) => a.Apply("div", b);

    /// <summary>a / number.</summary>
    public static Expression operator /(Expression a, double b) => a / a.Builder.Constant(b);

    /// <summary>number / b.</summary>
    public static Expression operator /(double a, Expression b) => b.Builder.Constant(a) / b;

    /// <summary>−a.</summary>
    public static Expression operator -(Expression a) => a.Apply("neg");

    /// <summary>This node to the power of a number.</summary>
    public Expression Pow(double exponent) => Builder.Apply("pow_number", [this], exponent);

    /// <summary>eˣ.</summary>
    public Expression Exp() => Apply("exp");

    /// <summary>The natural logarithm.</summary>
    public Expression Log() => Apply("log");

    /// <summary>√x.</summary>
    public Expression Sqrt() => Apply("sqrt");

    /// <summary>The hyperbolic tangent.</summary>
    public Expression Tanh() => Apply("tanh");

    /// <summary>max(x, 0).</summary>
    public Expression Relu() => Apply("relu");

    /// <summary>An op of the catalogue applied to this and others.</summary>
    public Expression Apply(string op, params Expression[] others) => Builder.Apply(op, [this, .. others]);
}
