using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Ops;

/// <summary>
/// Points where an op has a kink, a jump or a change of formula: those of its row (under settings, those that remain kinks), and those that the
/// settings induce.
/// </summary>
internal static class OpKinks
{
    /// <summary>The kinks under some settings, in order.</summary>
    internal static double[] Of(Op op, IReadOnlyList<double> settings) =>
        [
            .. op
                .Kinks.Where(x => settings.Count == 0 || Bends(op, settings, x))
                .Concat(op.Arity == 1 ? Candidates(settings).Where(x => Bends(op, settings, x)) : [])
                .Select(x => x + 0.0)
                .Distinct()
                .Order(),
        ];

    /// <summary>Zero (leaky_relu), a bound as it is (clamp), on both sides of 0 (hardshrink), or in units of another setting (softplus).</summary>
    private static IEnumerable<double> Candidates(IReadOnlyList<double> settings) =>
        settings.SelectMany(s => new[] { s, -s }).Prepend(0).Concat(settings.Count == 2 ? [settings[1] / settings[0]] : []).Where(double.IsFinite);

    /// <summary>True if the formula takes different branches at a point and beside it.</summary>
    private static bool Bends(Op op, IReadOnlyList<double> settings, double x)
    {
        var ways = SpecialValues.Around(x).Select(at => Way(op, settings, at)).ToList();
        return !ways.TrueForAll(way => way.SequenceEqual(ways[0]));
    }

    private static IReadOnlyList<double> Way(Op op, IReadOnlyList<double> settings, double x)
    {
        var path = new PathArithmetic();
        var result = op.Formula.Value(path, [x], settings);
        op.Formula.AddShares([], path, 1, [x], result, settings, operand: 0);
        return path.Path;
    }
}
