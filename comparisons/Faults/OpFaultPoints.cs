using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Points at which an op's faults are evaluated: everyday numbers within its domain, its kinks, and operands that tie.</summary>
internal static class OpFaultPoints
{
    private const double Everyday = 100;

    private static readonly double[] s_numbers = [0.3, 1.6, -0.35, -1.7, 0.9, 2.7, -0.8, -3.4, 7.5];
    private static readonly double[] s_others = [1.2, -0.6, 2.1, 0.45, -1.9, 0.75, 3.2, -2.4, 1.1];
    private static readonly double[] s_third = [0.2, 0.7, -0.3, 0.5, 0.9, 0.1, -0.6, 0.4, 0.8];

    /// <summary>Powers without a derivative with respect to the exponent.</summary>
    private static readonly double[][] s_negativeBases =
    [
        [-2, 3],
        [-1.5, -2],
    ];

    private static readonly double[] s_upstreams = [1.75, -0.6];

    /// <summary>An op's points: operands and attributes at which its value and VJPs are finite.</summary>
    internal static IReadOnlyList<(double[] Operands, double[] Settings)> Of(Op op)
    {
        var points = new List<(double[], double[])>();
        foreach (var settings in op.Settings)
        {
            foreach (var operands in Operands(op, settings))
            {
                var call = OpCall.Create(op, operands, settings);
                if (double.IsFinite(call.Result) && Array.TrueForAll(call.Shares(1), double.IsFinite))
                    points.Add((operands, settings));
            }
        }

        if (op.Name == "pow")
            points.AddRange(s_negativeBases.Select(operands => (operands, op.Settings[0])));
        return points;
    }

    /// <summary>Points at which an op's formula changes for given attributes. Large ones, where it overflows, are left out.</summary>
    internal static IEnumerable<double> Kinks(Op op, double[] settings) =>
        op.Arity != 1
            ? []
            : [.. op.Kinks.Where(k => Math.Abs(k) < Everyday), .. op.Kinks.Count == 0 ? settings.SelectMany(s => new[] { s, -s }) : []];

    /// <summary>A graph with the op at each of its points, all added up with different weights.</summary>
    internal static Program Program(Op op, IReadOnlyList<(double[] Operands, double[] Settings)> points) => ProgramBuilder.Define(op.Name, p =>
        {
            Expression? root = null;
            for (var i = 0; i < points.Count; i++)
            {
                var operands = points[i].Operands.Select((x, k) => p.Leaf($"{"abcdefgh"[k]}{i + 1}", x)).ToList();
                var weighted = p.Apply(op.Name, operands, points[i].Settings) * ((i % 2 == 0 ? 1 : -1) * (0.5 + 0.375 * i));
                root = root is { } sum ? sum + weighted : weighted;
            }

            p.Backward(root!.Value, upstream: 1.5);
            return root.Value;
        });

    /// <summary>All numbers that a rule gives at the points: values and VJPs.</summary>
    internal static double[] Numbers(Op op, IReadOnlyList<(double[] Operands, double[] Settings)> points, OpRule rule)
    {
        var numbers = new List<double>();
        foreach (var (operands, settings) in points)
        {
            var call = OpCall.Create(op, operands, settings);
            var holds = rule.Where(call);
            numbers.Add(holds && rule.Value is not null ? rule.Value(call) : call.Result);
            foreach (var g in s_upstreams)
            {
                var shares = call.Shares(g);
                for (var k = 0; k < shares.Length; k++)
                    numbers.Add(holds && rule.Share is not null ? rule.Share(call, k, g, shares[k]) : shares[k]);
            }
        }

        return [.. numbers];
    }

    /// <summary>True if two lists of numbers are equal up to rounding.</summary>
    internal static bool Same(double[] a, double[] b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (!(Math.Abs(a[i] - b[i]) <= 1e-9 * Math.Max(Math.Abs(a[i]), Math.Abs(b[i]))) && !(double.IsNaN(a[i]) && double.IsNaN(b[i])))
                return false;
        }

        return true;
    }

    /// <summary>The first point at which a rule gives another number than the right one, in words.</summary>
    internal static string Example(Op op, IReadOnlyList<(double[] Operands, double[] Settings)> points, OpRule rule)
    {
        foreach (var (operands, settings) in points)
        {
            var at = $"{op.Name}({string.Join(", ", operands.Concat(settings).Select(Show))})";
            var right = OpCall.Create(op, operands, settings);
            if (!rule.Where(right))
                continue;
            if (rule.Value is not null && !Same([right.Result], [rule.Value(right)]))
                return $"{at} is {Show(right.Result)}; with the mistake {Show(rule.Value(right))}.";
            foreach (var g in s_upstreams)
            {
                var shares = right.Shares(g);
                for (var k = 0; k < shares.Length; k++)
                {
                    if (rule.Share is null || Same([shares[k]], [rule.Share(right, k, g, shares[k])]))
                        continue;
                    var operand = shares.Length == 1 ? "x" : $"operand {"abcdefgh"[k]}";
                    return $"{at} with upstream gradient {Show(g)}: {operand} receives {Show(shares[k])}; "
                        + $"with the mistake {Show(rule.Share(right, k, g, shares[k]))}.";
                }
            }
        }

        throw new ArgumentException($"The rule changes nothing of {op.Name}.", nameof(rule));
    }

    private static string Show(double x) => NumberText.Of(Math.Round(x, 6));

    private static IEnumerable<double[]> Operands(Op op, double[] settings) =>
        op.Arity switch
        {
            1 => s_numbers.Concat(Kinks(op, settings).Distinct()).Where(x => In(op, 0, x)).Select(x => new[] { x }),
            2 => s_numbers
                .Zip(s_others)
                .Append((1.5, 1.5))
                .Append((-0.5, -0.5))
                .Append((0, 1.25))
                .Where(p => In(op, 0, p.Item1) && In(op, 1, p.Item2))
                .Select(p => new[] { p.Item1, p.Item2 }),
            3 => s_numbers.Zip(s_others, s_third).Select(p => new[] { p.First, p.Second, p.Third }),
            _ =>
            [
                [0.3, 1.6],
                [1.2, -0.6, 2.1],
                [0.9, 2.7, -0.8, -3.4, 0.45],
            ],
        };

    private static bool In(Op op, int operand, double x)
    {
        var domain = op.Domains[Math.Min(operand, op.Domains.Count - 1)];
        return x >= domain.Low && x <= domain.High;
    }
}
