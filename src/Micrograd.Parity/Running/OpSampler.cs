using System.Globalization;
using Micrograd.Parity.Backends;
using Micrograd.Parity.Catalogue;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Running;

/// <summary>Takes the samples of an op: a curve over the range where it bends, and its kinks with the floats on both sides.</summary>
internal static class OpSampler
{
    /// <summary>A power of two, so that steps over ranges of whole numbers are short dyadic fractions, and kinks at such are met.</summary>
    private const int Steps = 64;

    private const double FarthestKink = 32;

    private static readonly double[] s_others = [0.75, 0.25];

    /// <summary>The op along its first operand.</summary>
    internal static Samples Curve(Op op, Program program, RunContext context)
    {
        var (low, high) = Range(op);
        return At(program, context, [.. Enumerable.Range(0, Steps + 1).Select(i => low + (high - low) * i / Steps)]);
    }

    /// <summary>An op of one operand at its kinks; null where it has none.</summary>
    internal static Samples? Kinks(Op op, Program program, RunContext context) => op.Arity != 1 || op.Kinks.Count == 0
        ? null
        : At(program, context, [.. op.Kinks.Order().SelectMany(SpecialValues.Around)]);

    /// <summary>How many operands an op is sampled with.</summary>
    internal static int Operands(Op op) => op.Arity == Op.Any ? 1 + s_others.Length : op.Arity;

    private static Samples At(Program program, RunContext context, double[] points)
    {
        var others = s_others[..(program.Nodes.Count - 2)];
        var inputs = Array.ConvertAll(points, x => new ProgramInput([x, .. others], [1]));
        return new Samples(Words(others), points, Run(context.Ours), Run(context.Theirs));

        Side Run(IBackend backend)
        {
            var traces = Array.ConvertAll(inputs, input => backend.Run(program, input));
            return new Side(Array.ConvertAll(traces, t => t.Values[^1]), Array.ConvertAll(traces, t => t.Gradients[0]));
        }
    }

    private static string Words(double[] others) => others.Length switch
    {
        0 => "x",
        1 => $"first operand; the other {Show(others[0])}",
        _ => $"first operand; the others {string.Join(", ", others.Select(Show))}",
    };

    private static string Show(double x) => x.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>±4, wider where a kink lies outside, within the op's domain.</summary>
    private static (double Low, double High) Range(Op op)
    {
        var kinks = op.Kinks.Where(k => Math.Abs(k) <= FarthestKink).Append(0).ToList();
        var low = Math.Min(-4, 4 * Math.Floor(kinks.Min() / 4));
        var high = Math.Max(4, 4 * Math.Floor(kinks.Max() / 4) + 4);
        var domain = op.Domains[0];
        return (Math.Max(low, domain.Low), Math.Min(high, domain.High));
    }
}
