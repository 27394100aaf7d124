using System.Runtime.CompilerServices;
using Micrograd.Tapes;

namespace Micrograd;

public readonly partial struct Value
{
    /// <summary>a + b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value operator +(Value a, Value b) => Tape.Binary<AddRule>(a, b);

    /// <summary>a + b, of which only <paramref name="a"/> has a gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value operator +(Value a, double b) => Tape.Binary<AddRule>(a, b);

    /// <summary>a + b, of which only <paramref name="b"/> has a gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value operator +(double a, Value b) => Tape.Binary<AddRule>(a, b);

    /// <summary>a − b, by a rule of its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value operator -(Value a, Value b) => Tape.Binary<SubRule>(a, b);

    /// <summary>a - b, of which only <paramref name="a"/> has a gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value operator -(Value a, double b) => Tape.Binary<SubRule>(a, b);

    /// <summary>a - b, of which only <paramref name="b"/> has a gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value operator -(double a, Value b) => Tape.Binary<SubRule>(a, b);

    /// <summary>a · b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value operator *(Value a, Value b) => Tape.Binary<MulRule>(a, b);

    /// <summary>a * b, of which only <paramref name="a"/> has a gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value operator *(Value a, double b) => Tape.Binary<MulRule>(a, b);

    /// <summary>a * b, of which only <paramref name="b"/> has a gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value operator *(double a, Value b) => Tape.Binary<MulRule>(a, b);

    /// <summary>a / b, by a rule of its own: multiplying by b⁻¹ rounds differently on about a quarter of all points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value operator /(Value a, Value b) => Tape.Binary<DivRule>(a, b);

    /// <summary>a / b, of which only <paramref name="a"/> has a gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value operator /(Value a, double b) => Tape.Binary<DivRule>(a, b);

    /// <summary>a / b, of which only <paramref name="b"/> has a gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value operator /(double a, Value b) => Tape.Binary<DivRule>(a, b);

    /// <summary>−a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value operator -(Value a) => Tape.Unary<NegRule>(a);

    /// <summary>a − b·⌊a/b⌋, the <see cref="Remainder"/> whose sign follows <paramref name="b"/>, as Python's and PyTorch's <c>%</c>.</summary>
    public static Value operator %(Value a, Value b) => a.Remainder(b);

    /// <summary>a + b; the named form of the operator.</summary>
    public static Value Add(Value a, Value b) => a + b;

    /// <summary>a − b; the named form of the operator.</summary>
    public static Value Subtract(Value a, Value b) => a - b;

    /// <summary>a · b; the named form of the operator.</summary>
    public static Value Multiply(Value a, Value b) => a * b;

    /// <summary>a / b; the named form of the operator.</summary>
    public static Value Divide(Value a, Value b) => a / b;

    /// <summary>−a; the named form of the operator.</summary>
    public static Value Negate(Value a) => -a;

    /// <summary>The remainder of a / b with the sign of the dividend (C's fmod).</summary>
    public Value Fmod(Value b) => Tape.Binary<FmodRule>(this, b);

    /// <summary>The remainder of a / b with the sign of the divisor (Python's %).</summary>
    public Value Remainder(Value b) => Tape.Binary<RemainderRule>(this, b);

    /// <summary>
    /// The linear interpolation this + weight · (end − this). As in PyTorch it is computed from the nearer end, end − (end − this) · (1 − weight)
    /// for weights of ½ and more, so that weight 1 gives exactly the end.
    /// </summary>
    public Value Lerp(Value end, Value weight) => Tape.Ternary<LerpRule>(this, end, weight);
}

internal readonly struct AddRule : IBinaryRule
{
    public static string Name => "add";

    public static double Forward(double a, double b) => a + b;

    public static double VjpA(double g, double a, double b, double y) => g;

    public static double VjpB(double g, double a, double b, double y) => g;
}

internal readonly struct SubRule : IBinaryRule
{
    public static string Name => "sub";

    public static double Forward(double a, double b) => a - b;

    public static double VjpA(double g, double a, double b, double y) => g;

    public static double VjpB(double g, double a, double b, double y) => -g;
}

internal readonly struct MulRule : IBinaryRule
{
    public static string Name => "mul";

    public static double Forward(double a, double b) => a * b;

    public static double VjpA(double g, double a, double b, double y) => g * b;

    public static double VjpB(double g, double a, double b, double y) => g * a;
}

internal readonly struct DivRule : IBinaryRule
{
    public static string Name => "div";

    public static double Forward(double a, double b) => a / b;

    public static double VjpA(double g, double a, double b, double y) => g / b;

    public static double VjpB(double g, double a, double b, double y) => -g * (y / b);
}

internal readonly struct NegRule : IUnaryRule
{
    public static string Name => "neg";

    public static double Forward(double x) => -x;

    public static double Vjp(double g, double x, double y) => -g;
}

internal readonly struct FmodRule : IBinaryRule
{
    public static string Name => "fmod";

    public static double Forward(double a, double b) => a % b;

    public static double VjpA(double g, double a, double b, double y) => g;

    public static double VjpB(double g, double a, double b, double y) => -g * Math.Truncate(a / b);
}

internal readonly struct RemainderRule : IBinaryRule
{
    public static string Name => "remainder";

    public static double Forward(double a, double b)
    {
        var mod = a % b;
        return
            mod != 0
            && ( /* Stryker disable once Equality : b = 0 gives NaN, or has returned. */
                b < 0
            )
                != ( /* Stryker disable once Equality : mod = 0 is excluded before. */
                    mod < 0
                )
            ? mod + b
            : mod;
    }

    public static double VjpA(double g, double a, double b, double y) => g;

    public static double VjpB(double g, double a, double b, double y) => -g * FloorDivide(a, b);

    /// <summary>⌊a/b⌋ as Python rounds it: from the remainder, so that a quotient just below an integer is not rounded up to it.</summary>
    private static double FloorDivide(double a, double b)
    {
        if (b == 0)
            return a / b;
        var mod = a % b;
        var quotient = (a - mod) / b;
        if (
            mod != 0
            && ( /* Stryker disable once Equality : b = 0 gives NaN, or has returned. */
                b < 0
            )
                != ( /* Stryker disable once Equality : mod = 0 is excluded before. */
                    mod < 0
                )
        )
            quotient -= 1;
        if (quotient == 0)
            return Math.CopySign(0, a / b);
        var floor = Math.Floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }
}

internal readonly struct LerpRule : ITernaryRule
{
    public static string Name => "lerp";

    public static double Forward(double a, double b, double c) =>
        Math.Abs(c) < 0.5 ? ElementaryFunctions.Current.MultiplyAdd(c, b - a, a) : ElementaryFunctions.Current.MultiplyAdd(-(b - a), 1 - c, b);

    public static double Vjp(int operand, double g, double a, double b, double c) =>
        operand switch
        {
            0 => g * (1 - c),
            1 => g * c,
            _ => g * (b - a),
        };
}
