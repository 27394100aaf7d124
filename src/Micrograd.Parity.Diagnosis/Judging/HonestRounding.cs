using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// What other engines may make of an op, beside what its formula can round: other mathematical libraries, and other compositions
/// (<see cref="Roundings"/>, <see cref="Compositions"/>).
/// </summary>
/// <param name="format">The format in which they round.</param>
internal sealed class HonestRounding(FloatFormat format)
{
    /// <summary>An op's result.</summary>
    internal Enclosure Result(string op, Enclosure result) => Wider(result, Ulps(op, Roundings.OfValue(op)), Roundings.PassesThroughOne(op) ? 1 : 0);

    /// <summary>What an op passes on of its own gradient to an operand.</summary>
    internal Enclosure Share(string op, Enclosure gradient, Enclosure share) =>
        Wider(share, Ulps(op, Roundings.OfShare(op)), Roundings.PassesThroughOne(op) ? gradient.Magnitude : 0);

    /// <summary>A number after so many ulps of rounding, of itself and of another magnitude that it was computed through.</summary>
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

    private static int Ulps(string op, int own) => Compositions.Has(op) ? own + Roundings.Composition : own;
}
