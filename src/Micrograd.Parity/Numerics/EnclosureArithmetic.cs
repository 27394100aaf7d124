namespace Micrograd.Parity.Numerics;

/// <summary>
/// Evaluates formulas to enclosures: every result holds the exact one and those of every admissible way of rounding. Admissible are
/// correct rounding of + − · / after each operation or, fused, after several; sums in any order; functions within
/// <see cref="LibraryErrors"/>. Where it is open which side of a comparison a number is on, and at equality, both branches are held.
/// </summary>
/// <param name="format">The format in which the admissible evaluations round.</param>
internal sealed partial class EnclosureArithmetic(FloatFormat format) : IArithmetic<Enclosure>
{
    /// <summary>
    /// True where numbers that are known exactly are compared as they are, so that at a kink that an input is on only the formula's own branch is
    /// held.
    /// </summary>
    public bool DecidesExactly { get; init; }

    /// <summary>
    /// True where sine, cosine and tangent keep their errors at any argument, as glibc's and MKL's do; SLEEF's do not
    /// (<see cref="LibraryErrors.TrigonometricLimit"/>).
    /// </summary>
    public bool ReducesAnyArgument { get; init; }

    private double TrigonometricLimit => ReducesAnyArgument ? double.MaxValue : LibraryErrors.TrigonometricLimit(format);

    public Enclosure Number(double x) => Enclosure.Of(x);

    public Enclosure Constant(double x) => Enclosure.Of(x).Hull(Enclosure.Of(format.Round(x)));

    public Enclosure Constant(Irrational x)
    {
        var near = DoubleArithmetic.Instance.Constant(x);
        return Rounded(Math.BitDecrement(near), Math.BitIncrement(near), nan: false);
    }

    public Enclosure Apply(Primitive f, Enclosure a) =>
        a.IsEmpty
            ? Enclosure.NaN
            : f switch
            {
                Primitive.Negate => new Enclosure(-a.High, -a.Low, a.MayBeNaN),
                Primitive.Abs => Abs(a),
                Primitive.Sqrt => Sqrt(a, LibraryErrors.Ulps(f, format)),
                Primitive.Floor or Primitive.Ceiling or Primitive.Round or Primitive.Truncate => new Enclosure(
                    Plain(f, a.Low),
                    Plain(f, a.High),
                    a.MayBeNaN
                ),
                Primitive.Sin or Primitive.Cos => Periodic(f, a),
                Primitive.Tan => Tan(a),
                Primitive.Log or Primitive.Log2 or Primitive.Log10 => Monotone(f, a, from: 0),
                Primitive.Log1p => Monotone(f, a, from: -1),
                Primitive.Acosh => Monotone(f, a, from: 1),
                Primitive.Asin or Primitive.Acos or Primitive.Atanh => Monotone(f, a, from: -1, to: 1),
                Primitive.Cosh => Monotone(f, Abs(a)),
                _ => Monotone(f, a),
            };

    /// <summary>The C library's square root is rounded correctly; its other functions have the same bound as PyTorch's.</summary>
    public Enclosure ApplyOfC(Primitive f, Enclosure a) => f == Primitive.Sqrt && !a.IsEmpty ? Sqrt(a, 0) : Apply(f, a);

    public Enclosure Apply(Primitive f, Enclosure a, Enclosure b) =>
        f switch
        {
            Primitive.Pow => Pow(a, b),
            _ when a.IsEmpty || b.IsEmpty => f == Primitive.Hypot ? Enclosure.Anything : Enclosure.NaN,
            Primitive.Add => Add(a, b),
            Primitive.Subtract => Add(a, Apply(Primitive.Negate, b)),
            Primitive.Multiply => Multiply(a, b),
            Primitive.Divide => Divide(a, b),
            Primitive.Fmod => Fmod(a, b),
            Primitive.Hypot => Hypot(Abs(a), Abs(b)),
            Primitive.Atan2 => Atan2(a, b),
            _ => throw new ArgumentException($"{f} takes one operand.", nameof(f)),
        };

    /// <summary>
    /// The sum in any order: n − 1 roundings, each of at most u of what has been added up so far, and so together of at most
    /// (n − 1)u/(1 − (n − 1)u) of the sum of magnitudes (Higham, Accuracy and Stability of Numerical Algorithms, 4.2).
    /// </summary>
    public Enclosure Sum(ReadOnlySpan<Enclosure> terms)
    {
        var sum = terms[0];
        if (terms.Length <= 2)
            return terms.Length == 1 ? sum : Apply(Primitive.Add, sum, terms[1]);
        var magnitude = sum.Magnitude;
        var (low, high, nan) = (sum.Low, sum.High, sum.MayBeNaN);
        var empty = sum.IsEmpty;
        foreach (var term in terms[1..])
        {
            empty |= term.IsEmpty;
            nan |= term.MayBeNaN;
            (low, high) = (Outward.Add(low, term.Low).Down, Outward.Add(high, term.High).Up);
            magnitude = Outward.Add(magnitude, term.Magnitude).Up;
        }

        if (empty)
            return Enclosure.NaN;
        if (!double.IsFinite(magnitude) || magnitude > format.Maximum)
            return Enclosure.Anything;
        var roundings = (terms.Length - 1) * format.UnitRoundoff;
        var slack = Math.BitIncrement(magnitude * Math.BitIncrement(roundings / (1 - roundings)));
        return Rounded(Outward.Add(low, -slack).Down, Outward.Add(high, slack).Up, nan);
    }

    public bool? Holds(Relation relation, Enclosure a, Enclosure b)
    {
        switch (relation)
        {
            case Relation.IsNaN:
                return a.IsEmpty ? true
                    : a.MayBeNaN ? null
                    : false;
            case Relation.IsInfinite:
                return a.IsPoint && double.IsInfinity(a.Low) ? true
                    : !a.IsEmpty && double.IsFinite(a.Low) && double.IsFinite(a.High) ? false
                    : null;
            default:
                if (DecidesExactly && IsExact(a) && IsExact(b))
                    return DoubleArithmetic.Instance.Holds(relation, Exact(a), Exact(b));
                if (a.MayBeNaN || b.MayBeNaN)
                    return null;
                if (relation == Relation.Equal)
                    return a.High < b.Low || b.High < a.Low ? false : null;
                return a.High < b.Low ? true
                    : b.High < a.Low ? false
                    : null;
        }
    }

    public Enclosure Either(Enclosure a, Enclosure b) => a.Hull(b);

    /// <summary>x · x, where both are the same number.</summary>
    internal Enclosure Square(Enclosure x)
    {
        var square = Apply(Primitive.Multiply, x, x);
        return square with { Low = Math.Max(0, square.Low) };
    }

    private static double Plain(Primitive f, double x) => DoubleArithmetic.Instance.ApplyOfC(f, x);

    private static double Plain(Primitive f, double x, double y) => DoubleArithmetic.Instance.Apply(f, x, y);

    private static bool IsExact(Enclosure a) => a.IsPoint || a.IsEmpty;

    private static double Exact(Enclosure a) => a.IsEmpty ? double.NaN : a.Low;

    private static bool HasZero(Enclosure a) => a.Low <= 0 && a.High >= 0;

    private static bool HasInfinity(Enclosure a) => double.IsInfinity(a.Low) || double.IsInfinity(a.High);

    private static Enclosure Abs(Enclosure a) =>
        a.Low >= 0 ? a
        : a.High <= 0 ? new Enclosure(-a.High, -a.Low, a.MayBeNaN)
        : new Enclosure(0, Math.Max(-a.Low, a.High), a.MayBeNaN);

    private Enclosure Rounded(double low, double high, bool nan) => new(format.Down(low), format.Up(high), nan);

    private Enclosure Add(Enclosure a, Enclosure b)
    {
        var nan =
            a.MayBeNaN
            || b.MayBeNaN
            || (a.High == double.PositiveInfinity && b.Low == double.NegativeInfinity)
            || (a.Low == double.NegativeInfinity && b.High == double.PositiveInfinity);
        if (nan && a.Low == a.High && b.Low == b.High && double.IsNaN(a.Low + b.Low))
            return Enclosure.NaN;
        return Rounded(Outward.Add(a.Low, b.Low).Down, Outward.Add(a.High, b.High).Up, nan);
    }

    private Enclosure Multiply(Enclosure a, Enclosure b)
    {
        if (a.IsPoint && b.IsPoint && double.IsNaN(a.Low * b.Low))
            return Enclosure.NaN;
        var nan = a.MayBeNaN || b.MayBeNaN || (HasZero(a) && HasInfinity(b)) || (HasZero(b) && HasInfinity(a));
        var (low, high) = Outward.Multiply(a.Low, b.Low);
        Extend(ref low, ref high, Outward.Multiply(a.Low, b.High));
        Extend(ref low, ref high, Outward.Multiply(a.High, b.Low));
        Extend(ref low, ref high, Outward.Multiply(a.High, b.High));
        return Rounded(low, high, nan);
    }

    private Enclosure Divide(Enclosure a, Enclosure b)
    {
        var nan = a.MayBeNaN || b.MayBeNaN || (HasZero(a) && HasZero(b)) || (HasInfinity(a) && HasInfinity(b));
        if (a.IsPoint && b.IsPoint && double.IsNaN(a.Low / b.Low))
            return Enclosure.NaN;
        if (HasZero(b))
            return new Enclosure(double.NegativeInfinity, double.PositiveInfinity, nan);
        var (low, high) = Outward.Divide(a.Low, b.Low);
        Extend(ref low, ref high, Outward.Divide(a.Low, b.High));
        Extend(ref low, ref high, Outward.Divide(a.High, b.Low));
        Extend(ref low, ref high, Outward.Divide(a.High, b.High));
        return Rounded(low, high, nan);
    }

    private static void Extend(ref double low, ref double high, (double Down, double Up) other) =>
        (low, high) = (Math.Min(low, other.Down), Math.Max(high, other.Up));
}
