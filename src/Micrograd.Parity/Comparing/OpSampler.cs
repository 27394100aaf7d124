using Micrograd.Parity.Engines;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Comparing;

/// <summary>Takes the samples of an op: a curve over the range where it bends, and its kinks with the floats on both sides.</summary>
internal static class OpSampler
{
    /// <summary>A power of two, so that steps over ranges of whole numbers are short dyadic fractions, and kinks at such are met.</summary>
    private const int Steps = 64;

    private const double FarthestKink = 32;

    private static readonly double[] s_others = [0.75, 0.25];

    /// <summary>The op along its first operand, with the points beside its jumps.</summary>
    internal static Samples Curve(Op op, IReadOnlyList<double> settings, Program program, RunContext context)
    {
        var (low, high) = Range(op, settings);
        var points = Enumerable.Range(0, Steps + 1).Select(i => low + (high - low) * i / Steps).ToArray();
        var others = s_others[..(Operands(op) - 1)];
        var (ours, theirs) = Along(points);
        var all = Jumps.With(points, Quantities((ours, theirs)), at => Quantities(Along(at)));
        if (all.Length > points.Length)
            (ours, theirs) = Along(all);
        return new Samples(Words(others), all, First(ours), First(theirs));

        (Trace[] Ours, Trace[] Theirs) Along(double[] at) => Run(program, context, [.. at.Select(x => (double[])[x, .. others])]);
    }

    /// <summary>
    /// An op of one operand at its kinks and the floats beside them, null where it has none; one of two operands at all pairs of these,
    /// around 0 where its row names no kink; null for others.
    /// </summary>
    internal static Samples? Kinks(Op op, IReadOnlyList<double> settings, Program program, RunContext context)
    {
        var kinks = OpKinks.Of(op, settings);
        if (op.Arity is not (1 or 2) || (op.Arity == 1 && kinks.Length == 0))
            return null;
        if (kinks.Length == 0)
            kinks = [0];
        var around = kinks.Select(k => SpecialValues.Around(k).ToArray()).ToList();
        if (op.Arity == 1)
        {
            var points = around.SelectMany(x => x).ToArray();
            var (ours, theirs) = Run(program, context, Array.ConvertAll(points, x => new[] { x }));
            return new Samples("x", points, First(ours), First(theirs));
        }

        var pairs = around.SelectMany(near => from a in near from b in near select new[] { a, b }).ToArray();
        var (our, their) = Run(program, context, pairs);
        return new Samples(
            $"both operands around {string.Join(", ", kinks.Select(x => Difference.Show(x)))}",
            Array.ConvertAll(pairs, p => p[0]),
            Both(our),
            Both(their)
        )
        {
            SecondAt = Array.ConvertAll(pairs, p => p[1]),
        };
    }

    /// <summary>Number of operands an op is sampled with.</summary>
    internal static int Operands(Op op) => op.Arity == Op.Any ? 1 + s_others.Length : op.Arity;

    private static (Trace[] Ours, Trace[] Theirs) Run(Program program, RunContext context, double[][] points)
    {
        var inputs = Array.ConvertAll(points, p => new ProgramInput(p, [1]));
        return (context.Ours.RunAll(program, inputs), context.Theirs.RunAll(program, inputs));
    }

    private static double[][] Quantities((Trace[] Ours, Trace[] Theirs) traces) =>
        [
            .. traces.Ours.Zip(traces.Theirs, (a, b) =>
                new[] { a.Values[^1], b.Values[^1], a.Gradients[0] ?? double.NaN, b.Gradients[0] ?? double.NaN }
            ),
        ];

    private static SampledSide First(Trace[] traces) =>
        new(Array.ConvertAll(traces, t => t.Values[^1]), Array.ConvertAll(traces, t => t.Gradients[0]));

    private static SampledSide Both(Trace[] traces) => First(traces) with { SecondGradients = Array.ConvertAll(traces, t => t.Gradients[1]) };

    private static string Words(double[] others) =>
        others.Length switch
        {
            0 => "x",
            1 => $"first operand; the other {Difference.Show(others[0])}",
            _ => $"first operand; the others {string.Join(", ", others.Select(x => Difference.Show(x)))}",
        };

    /// <summary>±4, wider where a kink lies outside, within the op's domain.</summary>
    private static (double Low, double High) Range(Op op, IReadOnlyList<double> settings)
    {
        var kinks = OpKinks.Of(op, settings).Where(k => Math.Abs(k) <= FarthestKink).Append(0).ToList();
        var low = Math.Min(-4, 4 * Math.Floor(kinks.Min() / 4));
        var high = Math.Max(4, 4 * Math.Floor(kinks.Max() / 4) + 4);
        var domain = op.Domains[0];
        return (Math.Max(low, domain.Low), Math.Min(high, domain.High));
    }
}
