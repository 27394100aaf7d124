using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Ops;

/// <summary>
/// A formula, or a part of one, as data: written like an expression over numbers, evaluated in any <see cref="IArithmetic{T}"/>.
/// </summary>
public sealed class Term
{
    private Term(TermKind kind) => Kind = kind;

    internal TermKind Kind { get; }

    internal Primitive Primitive { get; private init; }

    internal Relation Relation { get; private init; }

    internal double Number { get; private init; }

    internal Irrational Irrational { get; private init; }

    internal int Index { get; private init; }

    internal IReadOnlyList<Term> Parts { get; private init; } = [];

    /// <summary>A literal.</summary>
    public static implicit operator Term(double number) => new(TermKind.Constant) { Number = number };

    /// <summary>An irrational constant.</summary>
    public static implicit operator Term(Irrational number) => new(TermKind.Irrational) { Irrational = number };

    /// <summary>a + b.</summary>
    public static Term operator +(Term a, Term b) => Of(Primitive.Add, a, b);

    /// <summary>a − b.</summary>
    public static Term operator -(Term a, Term b) => Of(Primitive.Subtract, a, b);

    /// <summary>a · b.</summary>
    public static Term operator *(Term a, Term b) => Of(Primitive.Multiply, a, b);

    /// <summary>a / b.</summary>
    public static Term operator /(Term a, Term b) => Of(Primitive.Divide, a, b);

    /// <summary>−a.</summary>
    public static Term operator -(Term a) => Of(Primitive.Negate, a);

    /// <summary>a &lt; b.</summary>
    public static Condition operator <(Term a, Term b) => new(Relation.Less, a, b);

    /// <summary>a &gt; b.</summary>
    public static Condition operator >(Term a, Term b) => new(Relation.Less, b, a);

    /// <summary>a ≤ b.</summary>
    public static Condition operator <=(Term a, Term b) => new(Relation.LessOrEqual, a, b);

    /// <summary>a ≥ b.</summary>
    public static Condition operator >=(Term a, Term b) => new(Relation.LessOrEqual, b, a);

    /// <summary>True if this is NaN.</summary>
    public Condition IsNaN => new(Relation.IsNaN, this, this);

    /// <summary>True if this is infinite.</summary>
    public Condition IsInfinite => new(Relation.IsInfinite, this, this);

    /// <summary>a where the condition holds, else b.</summary>
    public static Term If(Condition condition, Term a, Term b)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return condition.Choose(a, b);
    }

    /// <summary>A function of one number.</summary>
    public static Term Of(Primitive f, Term a) => new(TermKind.Apply) { Primitive = f, Parts = [a] };

    /// <summary>The C library's function of one number, which a kernel calls on its way.</summary>
    public static Term OfC(Primitive f, Term a) => new(TermKind.ApplyOfC) { Primitive = f, Parts = [a] };

    /// <summary>a · b + c where PyTorch's compiler may fuse it.</summary>
    public static Term MultiplyAdd(Term a, Term b, Term c) => new(TermKind.MultiplyAdd) { Parts = [a, b, c] };

    /// <summary>A function of two numbers.</summary>
    public static Term Of(Primitive f, Term a, Term b) => new(TermKind.Apply) { Primitive = f, Parts = [a, b] };

    /// <summary>The sum of numbers in any order.</summary>
    public static Term Sum(IReadOnlyList<Term> terms) => new(TermKind.Sum) { Parts = terms };

    /// <summary>True if this equals another term.</summary>
    public Condition Is(Term other) => new(Relation.Equal, this, other);

    /// <summary>|x|.</summary>
    public Term Abs() => Of(Primitive.Abs, this);

    /// <summary>1, −1, or 0 for zeros and NaN.</summary>
    public Term Sign() => If(this > 0, 1, If(this < 0, -1, 0));

    /// <summary>√x.</summary>
    public Term Sqrt() => Of(Primitive.Sqrt, this);

    /// <summary>eˣ.</summary>
    public Term Exp() => Of(Primitive.Exp, this);

    /// <summary>The natural logarithm.</summary>
    public Term Log() => Of(Primitive.Log, this);

    /// <summary>log(1 + x).</summary>
    public Term Log1p() => Of(Primitive.Log1p, this);

    /// <summary>The hyperbolic tangent.</summary>
    public Term Tanh() => Of(Primitive.Tanh, this);

    /// <summary>The error function.</summary>
    public Term Erf() => Of(Primitive.Erf, this);

    /// <summary>The error function as part of gelu.</summary>
    public Term ErfOfGelu() => Of(Primitive.ErfOfGelu, this);

    /// <summary>This to a power.</summary>
    public Term Pow(Term exponent) => Of(Primitive.Pow, this, exponent);

    internal static Term Variable(int index) => new(TermKind.Variable) { Index = index };

    internal static Term Choice(Relation relation, Term a, Term b, Term then, Term otherwise) =>
        new(TermKind.Choice) { Relation = relation, Parts = [a, b, then, otherwise] };
}

/// <summary>Kind of a node in a formula's expression tree.</summary>
internal enum TermKind
{
    Variable,
    Constant,
    Irrational,
    Apply,
    ApplyOfC,
    MultiplyAdd,
    Sum,
    Choice,
}

/// <summary>Condition by which a formula selects one of two branches.</summary>
public sealed class Condition
{
    private readonly Func<Term, Term, Term> _choose;

    internal Condition(Relation relation, Term a, Term b)
        : this((then, otherwise) => Term.Choice(relation, a, b, then, otherwise)) { }

    private Condition(Func<Term, Term, Term> choose) => _choose = choose;

    /// <summary>Both.</summary>
    public static Condition operator &(Condition a, Condition b) => new((then, otherwise) => a.Choose(b.Choose(then, otherwise), otherwise));

    /// <summary>One or both.</summary>
    public static Condition operator |(Condition a, Condition b) => new((then, otherwise) => a.Choose(then, b.Choose(then, otherwise)));

    /// <summary>Not.</summary>
    public static Condition operator !(Condition a) => new((then, otherwise) => a.Choose(otherwise, then));

    internal Term Choose(Term then, Term otherwise) => _choose(then, otherwise);
}
