using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// Running error analysis (Higham, Accuracy and Stability of Numerical Algorithms, 3.3): evaluates formulas in doubles and carries along a bound of
/// the rounding error of each number. Sums, products and quotients are rounded once; a function is within the error that its library
/// states, and so is its argument, since engines that compose a function of others make their error there.
/// </summary>
/// <param name="format">The format in which the engine rounds.</param>
/// <param name="multipliesByReciprocals">True if a quotient may be a product with a reciprocal, of two roundings.</param>
internal sealed class RunningError(FloatFormat format, bool multipliesByReciprocals) : IArithmetic<Approximate>
{
    private static readonly DoubleArithmetic s_plain = DoubleArithmetic.Instance;

    private readonly double _unit = format.UnitRoundoff;
    private readonly double _smallest = format == FloatFormat.Binary32 ? float.Epsilon : double.Epsilon;

    public Approximate Number(double x) => new(x, 0, 0) { IsExact = true };

    public Approximate Constant(double x) => new(x, Math.Abs(format.Round(x) - x), 0) { IsExact = format.Round(x) == x };

    public Approximate Constant(Irrational x) => Rounded(s_plain.Constant(x), 0, 1);

    public Approximate Apply(Primitive f, Approximate a) => f == Primitive.Sqrt ? Function(f, a) : ApplyOfC(f, a);

    /// <summary>As <see cref="Apply(Primitive, Approximate)"/>; the C library's root is rounded correctly.</summary>
    public Approximate ApplyOfC(Primitive f, Approximate a)
    {
        var value = s_plain.Apply(f, a.Value);
        return f switch
        {
            Primitive.Negate or Primitive.Abs => a with { Value = value },
            Primitive.Floor or Primitive.Ceiling or Primitive.Round or Primitive.Truncate => a with
            {
                Error = a.IsExact ? 0 : Reach(x => s_plain.Apply(f, x), a, 0),
            },
            Primitive.Sqrt => Rounded(value, Reach(Math.Sqrt, a, 0), a.Roundings + 1),
            _ => Function(f, a),
        };
    }

    public Approximate MultiplyAdd(Approximate a, Approximate b, Approximate c) =>
        Apply(Primitive.Add, Apply(Primitive.Multiply, a, b), c) with
        {
            Value = s_plain.MultiplyAdd(a.Value, b.Value, c.Value),
        };

    public Approximate Apply(Primitive f, Approximate a, Approximate b)
    {
        var value = s_plain.Apply(f, a.Value, b.Value);
        var roundings = a.Roundings + b.Roundings;
        var (x, y) = (Math.Abs(a.Value), Math.Abs(b.Value));
        return f switch
        {
            Primitive.Add or Primitive.Subtract => Rounded(value, a.Error + b.Error, roundings + 1) with { IsExact = IsExact(f, value, a, b) },
            Primitive.Multiply => Rounded(value, (x * b.Error) + (y * a.Error) + (a.Error * b.Error), roundings + 1) with
            {
                IsExact = IsExact(f, value, a, b),
            },
            Primitive.Divide => Quotient(value, a, b) with { IsExact = IsExact(f, value, a, b) },
            Primitive.Fmod => new(value, a.Error + (b.Error == 0 ? 0 : Math.Abs(Math.Truncate(a.Value / b.Value)) * b.Error), roundings),
            _ => Function(
                f,
                value,
                Reach(p => s_plain.Apply(f, p, b.Value), a, StatedShare(f) * x) + Reach(q => s_plain.Apply(f, a.Value, q), b, StatedShare(f) * y),
                roundings
            ),
        };
    }

    public Approximate Sum(ReadOnlySpan<Approximate> terms)
    {
        if (terms.Length <= 2)
            return terms.Length == 1 ? terms[0] : Apply(Primitive.Add, terms[0], terms[1]);
        var (value, error, magnitude, roundings) = (0.0, 0.0, 0.0, terms.Length - 1);
        foreach (var term in terms)
        {
            value += term.Value;
            error += term.Error;
            magnitude += Math.Abs(term.Value) + term.Error;
            roundings += term.Roundings;
        }

        return new(value, error + OfOrder(terms.Length, magnitude, _unit), roundings);
    }

    public bool? Holds(Relation relation, Approximate a, Approximate b)
    {
        var isOpen =
            relation is not (Relation.IsNaN or Relation.IsInfinite)
            && !(a.IsExact && b.IsExact)
            && Math.Abs(a.Value - b.Value) <= a.Error + b.Error
            && a.Error + b.Error > 0;
        return isOpen ? null : s_plain.Holds(relation, a.Value, b.Value);
    }

    public Approximate Either(Approximate a, Approximate b) =>
        new(a.Value, Math.Max(a.Error, Math.Abs(a.Value - b.Value) + b.Error), Math.Max(a.Roundings, b.Roundings));

    /// <summary>Returns a function's result for exact arguments, with its error bound.</summary>
    internal Approximate OfCall(Primitive f, double value) => Function(f, value, 0, 0);

    /// <summary>Largest error of a sum of the given number of terms in any order (Higham, 4.2).</summary>
    internal static double OfOrder(int terms, double magnitude, double unit)
    {
        var roundings = (terms - 1) * unit;
        return terms < 2 ? 0 : roundings / (1 - roundings) * magnitude;
    }

    /// <summary>True if an operation on exact numbers needs no rounding, so that every engine has this very number.</summary>
    private bool IsExact(Primitive f, double value, Approximate a, Approximate b) =>
        a.IsExact
        && b.IsExact
        && format.Round(value) == value
        && f switch
        {
            Primitive.Multiply => Outward.Multiply(a.Value, b.Value) is var (down, up) && down == up,
            Primitive.Divide => Outward.Divide(a.Value, b.Value) is var (down, up) && down == up,
            _ => Outward.Add(a.Value, f == Primitive.Subtract ? -b.Value : b.Value) is var (down, up) && down == up,
        };

    private Approximate Rounded(double value, double error, int roundings) => new(value, error + (_unit * Math.Abs(value)) + _smallest, roundings);

    private Approximate Quotient(double value, Approximate a, Approximate b)
    {
        var divisor = Math.Abs(b.Value) - b.Error;
        var carried =
            a.Error == 0 && b.Error == 0 ? 0
            : divisor > 0 ? (a.Error + (Math.Abs(value) * b.Error)) / divisor
            : double.PositiveInfinity;
        var own = multipliesByReciprocals ? 2 : 1;
        return Rounded(value, carried + ((own - 1) * _unit * Math.Abs(value)), a.Roundings + b.Roundings + own);
    }

    /// <summary>A function of one number; libraries reduce the arguments of sine, cosine and tangent to a period exactly.</summary>
    private Approximate Function(Primitive f, Approximate a)
    {
        var size = f is Primitive.Sin or Primitive.Cos or Primitive.Tan ? Math.Min(Math.Abs(a.Value), 2 * Math.PI) : Math.Abs(a.Value);
        return Function(
            f,
            s_plain.Apply(f, a.Value),
            Reach(x => s_plain.Apply(f, x), a, f == Primitive.Sqrt ? 0 : StatedShare(f) * size),
            a.Roundings
        );
    }

    private Approximate Function(Primitive f, double value, double carried, int roundings) =>
        new(value, carried + (StatedShare(f) * Math.Abs(value)) + _smallest, roundings + 2);

    /// <summary>Relative error that the library states for a function.</summary>
    private double StatedShare(Primitive f) => 2 * HonestRounding.Ulps(f, format) * _unit;

    /// <summary>
    /// Largest change of a result when an argument is moved, to either side, by its error plus the error that a library adds. A side where the
    /// function is NaN does not count.
    /// </summary>
    private static double Reach(Func<double, double> f, Approximate a, double more)
    {
        var distance = a.Error + more;
        if (distance == 0 || !double.IsFinite(distance))
            return distance;
        var value = f(a.Value);
        var (below, above) = (Math.Abs(f(a.Value - distance) - value), Math.Abs(f(a.Value + distance) - value));
        return double.IsNaN(below) ? (double.IsNaN(above) ? 0 : above)
            : double.IsNaN(above) ? below
            : Math.Max(below, above);
    }
}

/// <summary>A number and a bound of its rounding error.</summary>
/// <param name="Value">The number.</param>
/// <param name="Error">Largest absolute error.</param>
/// <param name="Roundings">Number of roundings it comes from; a function counts two, for its last digit is not the same everywhere.</param>
internal readonly record struct Approximate(double Value, double Error, int Roundings)
{
    /// <summary>
    /// True if no operation on the way to the number was rounded: a comparison or a rounding to a whole number then has one result, also at a kink.
    /// </summary>
    internal bool IsExact { get; init; }
}
