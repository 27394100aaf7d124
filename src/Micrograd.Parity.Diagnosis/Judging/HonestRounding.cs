using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// Additional benign rounding of other engines, beyond the roundings of an op's formula: other math libraries and other compositions
/// (<see cref="RoundingCount"/>, <see cref="Compositions"/>).
/// </summary>
/// <param name="format">The format in which they round.</param>
internal sealed class HonestRounding(FloatFormat format)
{
    /// <summary>A call of a library that states no other error, for both sides.</summary>
    internal const int Call = 5;

    /// <summary>Ulps that composing an op of others may add: a call, and two operations around it.</summary>
    private const int Composition = Call + 2;

    /// <summary>
    /// Largest error of a function in ulps: as the libraries behind PyTorch state, and at least the 2.5 ulps that Java's specification,
    /// the loosest of the common ones, grants <c>tanh</c>, <c>sinh</c> and <c>cosh</c>. A root is rounded correctly by all but PyTorch's library.
    /// </summary>
    internal static double Ulps(Primitive f, FloatFormat format) =>
        f == Primitive.Sqrt ? LibraryErrors.Ulps(f, format) : Math.Max(Call / 2.0, LibraryErrors.Ulps(f, format));

    /// <summary>Widens the enclosure of an op's result.</summary>
    internal Enclosure Result(Formula formula, Node node, Enclosure result) => Wider(result, formula, node, operand: null, through: 1);

    /// <summary>Widens the enclosure of an op's VJP: its contribution to the gradient of an operand.</summary>
    internal Enclosure Share(Formula formula, Node node, int operand, Enclosure gradient, Enclosure share) =>
        Wider(share, formula, node, operand, gradient.Magnitude);

    /// <summary>Widens an enclosure by a number of ulps of itself and of a second magnitude that it was computed through.</summary>
    internal Enclosure Wider(Enclosure x, int ulps, double through = 0)
    {
        if (ulps == 0 || x.IsEmpty)
            return x;
        var unit = 2 * ulps * format.UnitRoundoff;
        return new Enclosure(
            Math.BitDecrement(x.Low - (unit * (Math.Abs(x.Low) + through))),
            Math.BitIncrement(x.High + (unit * (Math.Abs(x.High) + through))),
            x.MayBeNaN
        );
    }

    private Enclosure Wider(Enclosure x, Formula formula, Node node, int? operand, double through)
    {
        var count = formula.Roundings(node.Settings, node.Operands.Count, operand);
        var own =
            count.Operations <= 1 && count.Calls.Count == 0 ? 0 : count.Operations + count.Calls.Sum(f => (int)Math.Ceiling(2 * Ulps(f, format)));
        var passesThroughOne =
            count.PassesThroughOne || (operand is not null && formula.Roundings(node.Settings, node.Operands.Count, null).PassesThroughOne);
        return Wider(x, Compositions.Has(node.Op!) ? own + Composition : own, passesThroughOne ? through : 0);
    }
}
