namespace Micrograd.Parity.Numerics;

/// <summary>Plain doubles with the process's <see cref="ElementaryFunctions"/>, the engine's own arithmetic.</summary>
internal sealed class DoubleArithmetic : IArithmetic<double>
{
    /// <summary>The one there is.</summary>
    public static DoubleArithmetic Instance { get; } = new();

    public double Number(double x) => x;

    public double Constant(double x) => x;

    public double Constant(Irrational x) =>
        x switch
        {
            Irrational.LogOfTwo => 0.693147180559945309417,
            Irrational.LogOfTen => 2.3025850929940456, // torch: as derivatives.yaml has it, one ulp below the nearest double
            Irrational.SqrtHalf => 0.70710678118654752440,
            Irrational.TwoOverSqrtPi => 1.12837916709551257390,
            Irrational.SqrtTwoOverPi => 1.41421356237309504880 * 1.12837916709551257390 * 0.5,
            _ => throw new ArgumentOutOfRangeException(nameof(x)),
        };

    public double Apply(Primitive f, double a) => Apply(ElementaryFunctions.Current, f, a);

    public double ApplyOfC(Primitive f, double a) =>
        f switch
        {
            Primitive.Sqrt => Math.Sqrt(a),
            Primitive.Exp => Math.Exp(a),
            Primitive.Exp2 => CMath.Exp2(a),
            Primitive.Expm1 => CMath.Expm1(a),
            Primitive.Log => Math.Log(a),
            Primitive.Log2 => Math.Log2(a),
            Primitive.Log10 => Math.Log10(a),
            Primitive.Log1p => CMath.Log1p(a),
            Primitive.Sin => Math.Sin(a),
            Primitive.Cos => Math.Cos(a),
            Primitive.Tan => Math.Tan(a),
            Primitive.Asin => Math.Asin(a),
            Primitive.Acos => Math.Acos(a),
            Primitive.Atan => Math.Atan(a),
            Primitive.Sinh => Math.Sinh(a),
            Primitive.Cosh => Math.Cosh(a),
            Primitive.Tanh => Math.Tanh(a),
            Primitive.Asinh => Math.Asinh(a),
            Primitive.Acosh => Math.Acosh(a),
            Primitive.Atanh => Math.Atanh(a),
            Primitive.Erfc => CMath.Erfc(a),
            Primitive.Erf => CMath.Erf(a),
            Primitive.ExpOfLogsigmoid => Math.Exp(a),
            _ => Apply(f, a),
        };

    public double MultiplyAdd(double a, double b, double c) => ElementaryFunctions.Current.MultiplyAdd(a, b, c);

    public double Apply(Primitive f, double a, double b) =>
        f switch
        {
            Primitive.Add => a + b,
            Primitive.Subtract => a - b,
            Primitive.Multiply => a * b,
            Primitive.Divide => a / b,
            Primitive.Fmod => a % b,
            Primitive.Pow => Math.Pow(a, b),
            Primitive.Hypot => CMath.Hypot(a, b),
            Primitive.Atan2 => Math.Atan2(a, b),
            _ => throw new ArgumentException($"{f} takes one operand.", nameof(f)),
        };

    /// <summary>The sum from the first to the last.</summary>
    public double Sum(ReadOnlySpan<double> terms)
    {
        var sum = terms[0];
        foreach (var term in terms[1..])
            sum += term;
        return sum;
    }

    public bool? Holds(Relation relation, double a, double b) =>
        relation switch
        {
            Relation.Less => a < b,
            Relation.LessOrEqual => a <= b,
            Relation.Equal => a == b,
            Relation.IsNaN => double.IsNaN(a),
            _ => double.IsInfinity(a),
        };

    /// <summary>Never asked for: every relation between doubles holds or does not.</summary>
    public double Either(double a, double b) => throw new NotSupportedException("Doubles are known.");

    /// <summary>An operation of one operand by a set of elementary functions.</summary>
    internal static double Apply(ElementaryFunctions functions, Primitive f, double a) =>
        f switch
        {
            Primitive.Negate => -a,
            Primitive.Abs => Math.Abs(a),
            Primitive.Floor => Math.Floor(a),
            Primitive.Ceiling => Math.Ceiling(a),
            Primitive.Round => Math.Round(a, MidpointRounding.ToEven),
            Primitive.Truncate => Math.Truncate(a),
            Primitive.Sqrt => functions.Sqrt(a),
            Primitive.Exp => functions.Exp(a),
            Primitive.Exp2 => functions.Exp2(a),
            Primitive.Expm1 => functions.Expm1(a),
            Primitive.Log => functions.Log(a),
            Primitive.Log2 => functions.Log2(a),
            Primitive.Log10 => functions.Log10(a),
            Primitive.Log1p => functions.Log1p(a),
            Primitive.Sin => functions.Sin(a),
            Primitive.Cos => functions.Cos(a),
            Primitive.Tan => functions.Tan(a),
            Primitive.Asin => functions.Asin(a),
            Primitive.Acos => functions.Acos(a),
            Primitive.Atan => functions.Atan(a),
            Primitive.Sinh => functions.Sinh(a),
            Primitive.Cosh => functions.Cosh(a),
            Primitive.Tanh => functions.Tanh(a),
            Primitive.Asinh => functions.Asinh(a),
            Primitive.Acosh => functions.Acosh(a),
            Primitive.Atanh => functions.Atanh(a),
            Primitive.Erfc => functions.Erfc(a),
            Primitive.Erf => functions.Erf(a),
            Primitive.ErfOfGelu => CMath.Erf(a),
            Primitive.ExpOfLogsigmoid => functions.VectorExp(a),
            _ => throw new ArgumentException($"{f} takes two operands.", nameof(f)),
        };
}
