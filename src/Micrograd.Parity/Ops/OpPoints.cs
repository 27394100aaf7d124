using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Ops;

/// <summary>The points at which an op is compared: special values and kinks (all combinations), then random ones from its domains.</summary>
internal static class OpPoints
{
    /// <summary>Among how many points there is one with many operands; with these an op takes a hundred times as long.</summary>
    private const int ManyOperandsEvery = 47;

    private const int CountsOfMany = 2;

    /// <summary>The numbers of operands with which an op of any number of operands is compared; the last two less often than the others.</summary>
    public static IReadOnlyList<int> Counts { get; } = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 100, 257, 1030];

    /// <summary>The points of an op under some settings.</summary>
    public static IEnumerable<double[]> For(Op op, IReadOnlyList<double> settings, int count, SeededRandom random)
    {
        var kinks = op.Kinks.Concat(settings).Concat(settings.Select(s => -s)).Where(double.IsFinite).Distinct().SelectMany(SpecialValues.Around);
        var points = op.Arity switch
        {
            1 => SpecialValues.All.Concat(kinks).Select(x => new[] { x }),
            2 => Pairs([.. SpecialValues.Pairs.Concat(kinks)]),
            3 => Triples([.. SpecialValues.Triples.Concat(kinks)]),
            _ => [],
        };
        return points.Concat(op.Arity == Op.Any ? Sums(count, random) : Drawn(op, count, random));
    }

    /// <summary>An upstream gradient: mostly of everyday size, sometimes special.</summary>
    public static double Upstream(SeededRandom random) =>
        random.Next(40) switch
        {
            0 => 0,
            1 => -0.0,
            2 => double.PositiveInfinity,
            3 => double.NaN,
            4 => Math.ScaleB(random.NextDouble(), random.Next(-1074, 1024)),
            _ => 4 * random.NextDouble() - 2,
        };

    private static IEnumerable<double[]> Drawn(Op op, int count, SeededRandom random)
    {
        for (var i = 0; i < count; i++)
        {
            var point = new double[op.Arity];
            for (var k = 0; k < point.Length; k++)
                point[k] = op.Domains[Math.Min(k, op.Domains.Count - 1)].Draw(random);
            if (op.Arity > 1 && i % 50 == 0)
                point[1] = point[0]; // operands that tie
            yield return point;
        }
    }

    private static IEnumerable<double[]> Sums(int count, SeededRandom random)
    {
        for (var i = 0; i < count; i++)
        {
            var point = new double[CountAt(i)];
            for (var k = 0; k < point.Length; k++)
                point[k] = i % 5 == 0 ? Domain.Reals.Draw(random) : 4 * random.NextDouble() - 2;
            if (i % 11 == 0)
                point[random.Next(point.Length)] = SpecialValues.All[random.Next(SpecialValues.All.Count)];
            yield return point;
        }
    }

    private static int CountAt(int i) =>
        i % ManyOperandsEvery == ManyOperandsEvery - 1
            ? Counts[^(1 + i / ManyOperandsEvery % CountsOfMany)]
            : Counts[i % (Counts.Count - CountsOfMany)];

    private static IEnumerable<double[]> Pairs(double[] values) => from a in values from b in values select new[] { a, b };

    private static IEnumerable<double[]> Triples(double[] values) => from a in values from b in values from c in values select new[] { a, b, c };
}
