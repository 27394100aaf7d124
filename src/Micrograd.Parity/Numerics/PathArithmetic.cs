namespace Micrograd.Parity.Numerics;

/// <summary>
/// Doubles that remember which way a formula took: each branch, each whole number that was rounded to, each sign that was dropped. Between
/// two inputs with different ways lies a kink, a jump or a change of formula.
/// </summary>
internal sealed class PathArithmetic : IArithmetic<double>
{
    private static readonly DoubleArithmetic s_plain = DoubleArithmetic.Instance;

    private readonly List<double> _path = [];

    /// <summary>The way so far.</summary>
    internal IReadOnlyList<double> Path => _path;

    public double Number(double x) => x;

    public double Constant(double x) => x;

    public double Constant(Irrational x) => s_plain.Constant(x);

    public double Apply(Primitive f, double a)
    {
        var result = s_plain.Apply(f, a);
        if (f is Primitive.Floor or Primitive.Ceiling or Primitive.Round or Primitive.Truncate)
            _path.Add(result);
        else if (f == Primitive.Abs)
            _path.Add(double.IsNaN(a) ? a : Math.Sign(a));
        return result;
    }

    public double ApplyOfC(Primitive f, double a) => s_plain.ApplyOfC(f, a);

    public double MultiplyAdd(double a, double b, double c) => s_plain.MultiplyAdd(a, b, c);

    public double Apply(Primitive f, double a, double b)
    {
        if (f == Primitive.Fmod)
            _path.Add(Math.Truncate(a / b));
        return s_plain.Apply(f, a, b);
    }

    public double Sum(ReadOnlySpan<double> terms) => s_plain.Sum(terms);

    public bool? Holds(Relation relation, double a, double b)
    {
        var holds = s_plain.Holds(relation, a, b);
        _path.Add(holds == true ? 1 : 0);
        return holds;
    }

    public double Either(double a, double b) => s_plain.Either(a, b);
}
