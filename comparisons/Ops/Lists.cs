using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Comparisons.Ops;

/// <summary>
/// Ops that other engines have as one node, and this one as a composition: of lists, of which several outputs are nodes of one call each, and a few of
/// one operand. Traces may have them; what judges them is PyTorch's own op.
/// </summary>
internal static class Lists
{
    public static IReadOnlyList<Op> Rows { get; } =
    [
        Op.Composed(
            "softmax",
            (x, s) => (x[(int)s[0]] - Greatest(x)).Exp() / Value.Sum([.. x.Select(v => (v - Greatest(x)).Exp())]),
            (x, s) => stack(x).softmax(0)[(int)s[0]],
            Formula.Of(
                (x, s) => Softmax(x, (int)s[0]),
                (g, x, s, k) => k == (int)s[0] ? (g - (g * Softmax(x, k))) * Softmax(x, k) : -(g * Softmax(x, (int)s[0])) * Softmax(x, k)
            ),
            hasIndex: true
        ),
        Op.Composed(
            "log_softmax",
            (x, s) => x[(int)s[0]] - LogSumExp(x),
            (x, s) => stack(x).log_softmax(0)[(int)s[0]],
            Formula.Of((x, s) => LogSoftmax(x, (int)s[0]), (g, x, s, k) => (k == (int)s[0] ? g : 0) - (LogSoftmax(x, k).Exp() * g)),
            hasIndex: true
        ),
        Op.Composed(
            "cross_entropy",
            (x, s) => LogSumExp(x) - x[(int)s[0]],
            (x, s) => F.cross_entropy(stack(x).unsqueeze(0), tensor(new[] { (long)s[0] })),
            Formula.Of((x, s) => -LogSoftmax(x, (int)s[0]), (g, x, s, k) => (k == (int)s[0] ? -g : 0) - (LogSoftmax(x, k).Exp() * -g)),
            hasIndex: true
        ),
        Op.Composed(
            "logsumexp",
            (x, _) => LogSumExp(x),
            (x, _) => stack(x).logsumexp(0),
            Formula.Of((x, _) => LogSumExp(x), (g, x, _, k) => g * (x[k] - LogSumExp(x)).Exp())
        ),
        Op.Composed(
            "amax",
            (x, _) => Greatest(x),
            (x, _) => stack(x).amax([0]),
            Formula.Of((x, _) => Greatest(x), (g, x, _, k) => Shared(g, x, k, Greatest(x)))
        ),
        Op.Composed(
            "amin",
            (x, _) => x.Aggregate((a, b) => a.Minimum(b)),
            (x, _) => stack(x).amin([0]),
            Formula.Of((x, _) => Least(x), (g, x, _, k) => Shared(g, x, k, Least(x)))
        ),
        Op.Composed(
            "prod",
            (x, _) => x.Aggregate((a, b) => a * b),
            (x, _) => stack(x).prod(),
            Formula.Of(
                (x, _) => Product(x),
                (g, x, _, k) =>
                    Term.If(x.Select(t => t.Is(0)).Aggregate((a, b) => a | b), g * Product([.. x.Where((_, j) => j != k)]), g * (Product(x) / x[k]))
            )
        ),
        Op.Composed(
            "norm",
            (x, _) => Value.Sum([.. x.Select(v => v * v)]).Sqrt(),
            (x, _) => stack(x).norm(),
            Formula.Of((x, _) => Norm(x), (g, x, _, k) => Term.If(Norm(x).Is(0), 0, g * (x[k] / Norm(x))))
        ),
        Op.Composed(
            "dot",
            (x, _) => Value.Sum([.. x.Take(x.Length / 2).Zip(x.Skip(x.Length / 2), (a, b) => a * b)]),
            (x, _) => stack(x[..(x.Length / 2)]).dot(stack(x[(x.Length / 2)..])),
            Formula.Of(
                (x, _) => Term.Sum([.. x.Take(x.Length / 2).Zip(x.Skip(x.Length / 2), (a, b) => a * b)]),
                (g, x, _, k) => g * x[(k + (x.Length / 2)) % x.Length]
            )
        ),
        Op.Composed("identity", (x, _) => x[0] * 1, (x, _) => x[0].clone(), Formula.Of((x, _) => x[0], (g, _, _, _) => g), arity: 1),
        Op.Composed(
            "step",
            (x, s) => s[0] == 0 ? x[0].Sign().Clamp(0, 1) : (x[0].Sign() + s[0]).Clamp(0, 1),
            (x, s) => x[0].sign().clamp(0, 1) + ((x[0] == 0).to(float64) * s[0]),
            Formula.Of((x, s) => Term.If(x[0] > 0, 1, Term.If(x[0] < 0, 0, s[0])), (_, _, _, _) => 0),
            arity: 1,
            settings: 1
        ),
    ];

    private static Value Greatest(Value[] x) => x.Aggregate((a, b) => a.Maximum(b));

    private static Value LogSumExp(Value[] x) => Value.Sum([.. x.Select(v => (v - Greatest(x)).Exp())]).Log() + Greatest(x);

    private static Term Greatest(Term[] x) => x.Aggregate((a, b) => Term.If(a < b, b, a));

    private static Term Least(Term[] x) => x.Aggregate((a, b) => Term.If(b < a, b, a));

    private static Term Product(Term[] x) => x.Length == 0 ? 1 : x.Aggregate((a, b) => a * b);

    private static Term Norm(Term[] x) => Term.Sum([.. x.Select(t => t * t)]).Sqrt();

    /// <summary>The greatest are as many as there are; each receives its part.</summary>
    private static Term Shared(Term g, Term[] x, int k, Term of) =>
        Term.If(x[k].Is(of), g / Term.Sum([.. x.Select(t => Term.If(t.Is(of), 1, 0))]), 0);

    private static Term SumOfExponentials(Term[] x) => Term.Sum([.. x.Select(t => (t - Greatest(x)).Exp())]);

    private static Term Softmax(Term[] x, int k) => (x[k] - Greatest(x)).Exp() / SumOfExponentials(x);

    private static Term LogSoftmax(Term[] x, int k) => x[k] - Greatest(x) - SumOfExponentials(x).Log();

    private static Term LogSumExp(Term[] x) => SumOfExponentials(x).Log() + Greatest(x);
}
