namespace Micrograd.Parity.Numerics;

/// <summary>A kind of number in which formulas can be evaluated: doubles, enclosures, numbers of many digits.</summary>
/// <typeparam name="T">The number.</typeparam>
internal interface IArithmetic<T>
{
    /// <summary>A number that is given: an input, a leaf.</summary>
    T Number(double x);

    /// <summary>A number that a formula or a setting states; narrower formats round it.</summary>
    T Constant(double x);

    /// <summary>An irrational constant.</summary>
    T Constant(Irrational x);

    /// <summary>An operation of one operand.</summary>
    T Apply(Primitive f, T a);

    /// <summary>
    /// The C library's function of one operand, which a kernel calls on its way. In mathematics, and for bounds, it is the same function.
    /// </summary>
    T ApplyOfC(Primitive f, T a) => Apply(f, a);

    /// <summary>a · b + c, rounded once or twice as <see cref="ElementaryFunctions.MultiplyAdd"/>.</summary>
    T MultiplyAdd(T a, T b, T c) => Apply(Primitive.Add, Apply(Primitive.Multiply, a, b), c);

    /// <summary>An operation of two operands.</summary>
    T Apply(Primitive f, T a, T b);

    /// <summary>The sum of at least one number; the arithmetic defines the order, or bounds all orders.</summary>
    T Sum(ReadOnlySpan<T> terms);

    /// <summary>True if a relation holds, false if not, null if undecided. Relations on one number ignore the second.</summary>
    bool? Holds(Relation relation, T a, T b);

    /// <summary>Hull of both branches, used when a comparison is undecided.</summary>
    T Either(T a, T b);
}
