using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// Encloses the results of an engine that computes the same formula in another order and with other libraries: each operation may round once
/// more on either side, a function is within <see cref="HonestRounding.Ulps"/>, and a power by a whole number may be a product.
/// </summary>
/// <param name="format">The format in which the engine rounds.</param>
internal sealed class HonestArithmetic(FloatFormat format) : IArithmetic<Enclosure>
{
    private readonly EnclosureArithmetic _inner = new(format);
    private readonly HonestRounding _rounding = new(format);

    public Enclosure Number(double x) => _inner.Number(x);

    /// <summary>A decimal number may be rounded to another neighbour; whole numbers are exact.</summary>
    public Enclosure Constant(double x) => _rounding.Wider(_inner.Constant(x), double.IsInteger(x) ? 0 : 1);

    public Enclosure Constant(Irrational x) => _rounding.Wider(_inner.Constant(x), 1);

    public Enclosure Apply(Primitive f, Enclosure a) => _rounding.Wider(_inner.Apply(f, a), UlpsOf(f));

    public Enclosure ApplyOfC(Primitive f, Enclosure a) => _rounding.Wider(_inner.ApplyOfC(f, a), UlpsOf(f));

    public Enclosure Apply(Primitive f, Enclosure a, Enclosure b) =>
        _rounding.Wider(
            _inner.Apply(f, a, b),
            UlpsOf(f) + (f == Primitive.Pow && b.IsPoint && double.IsInteger(b.Low) ? (int)Math.Min(Math.Abs(b.Low), int.MaxValue / 2) : 0)
        );

    public Enclosure Sum(ReadOnlySpan<Enclosure> terms) => _rounding.Wider(_inner.Sum(terms), terms.Length - 1);

    /// <summary>Compares two exact numbers exactly, any others as enclosures.</summary>
    public bool? Holds(Relation relation, Enclosure a, Enclosure b) =>
        a.IsPoint && b.IsPoint ? DoubleArithmetic.Instance.Holds(relation, a.Low, b.Low) : _inner.Holds(relation, a, b);

    public Enclosure Either(Enclosure a, Enclosure b) => _inner.Either(a, b);

    private int UlpsOf(Primitive f) =>
        f switch
        {
            Primitive.Add or Primitive.Subtract or Primitive.Multiply or Primitive.Divide or Primitive.Sqrt => 1,
            _ => RoundingCount.IsFunction(f) ? (int)Math.Ceiling(2 * HonestRounding.Ulps(f, format)) : 0,
        };
}
