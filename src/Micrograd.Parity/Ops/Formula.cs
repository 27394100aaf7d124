using System.Collections.Concurrent;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Ops;

/// <summary>
/// Formula of an op, in PyTorch's order of operations: its value, and its VJP, the contribution of an upstream gradient to each operand's gradient.
/// Written once and evaluated in every arithmetic: in doubles it has the engine's bits, in high precision it is the exact reference, in
/// enclosures it yields a bound on rounding.
/// </summary>
public sealed class Formula
{
    private readonly Func<Term[], double[], Term> _value;
    private readonly Func<Gradient, int, Term> _share;
    private readonly ConcurrentDictionary<(double P, double Q, int Settings, int Operands, int Share), Steps[]> _steps = new();
    private readonly ConcurrentDictionary<(double P, double Q, int Settings, int Operands, int Share), RoundingCount> _counts = new();

    private Formula(Func<Term[], double[], Term> value, Func<Gradient, int, Term> share) => (_value, _share) = (value, share);

    /// <summary>Of one operand.</summary>
    /// <param name="value">x to y.</param>
    /// <param name="share">VJP: upstream gradient, x, y to the contribution to x's gradient.</param>
    public static Formula Of(Func<Term, Term> value, Func<Term, Term, Term, Term> share) =>
        new((x, _) => value(x[0]), (g, _) => share(g.Upstream, g.Operands[0], g.Result));

    /// <summary>Of one operand and settings.</summary>
    /// <param name="value">x and the settings to y.</param>
    /// <param name="share">VJP: upstream gradient, x, y and the settings to the contribution to x's gradient.</param>
    public static Formula Of(Func<Term, double[], Term> value, Func<Term, Term, Term, double[], Term> share) =>
        new((x, s) => value(x[0], s), (g, _) => share(g.Upstream, g.Operands[0], g.Result, g.Settings));

    /// <summary>Of two operands.</summary>
    /// <param name="value">a, b to y.</param>
    /// <param name="shareA">VJP: upstream gradient, a, b, y to the contribution to a's gradient.</param>
    /// <param name="shareB">VJP: upstream gradient, a, b, y to the contribution to b's gradient.</param>
    public static Formula Of(Func<Term, Term, Term> value, Func<Term, Term, Term, Term, Term> shareA, Func<Term, Term, Term, Term, Term> shareB) =>
        new((x, _) => value(x[0], x[1]), (g, k) => (k == 0 ? shareA : shareB)(g.Upstream, g.Operands[0], g.Operands[1], g.Result));

    /// <summary>Of three operands.</summary>
    /// <param name="value">a, b, c to y.</param>
    /// <param name="share">VJP: upstream gradient, the operands and an operand's index to the contribution to its gradient.</param>
    public static Formula Of(Func<Term, Term, Term, Term> value, Func<Term, Term[], int, Term> share) =>
        new((x, _) => value(x[0], x[1], x[2]), (g, k) => share(g.Upstream, g.Operands, k));

    /// <summary>Of any number of operands, whose gradients all receive the same contribution.</summary>
    /// <param name="value">The operands to y.</param>
    /// <param name="share">VJP: upstream gradient and the number of operands to the contribution.</param>
    public static Formula Of(Func<Term[], Term> value, Func<Term, int, Term> share) =>
        new((x, _) => value(x), (g, _) => share(g.Upstream, g.Operands.Length));

    /// <summary>Of any number of operands and settings, with a VJP for each operand.</summary>
    /// <param name="value">The operands and the settings to y.</param>
    /// <param name="share">VJP: upstream gradient, the operands, the settings and an operand's index to the contribution to its gradient.</param>
    public static Formula Of(Func<Term[], double[], Term> value, Func<Term, Term[], double[], int, Term> share) =>
        new(value, (g, k) => share(g.Upstream, g.Operands, g.Settings, k));

    /// <summary>The same value, and a VJP that passes the upstream gradient on as it is.</summary>
    internal Formula StraightThrough() => new(_value, (g, _) => g.Upstream);

    /// <summary>The value in some arithmetic.</summary>
    internal T Value<T>(IArithmetic<T> arithmetic, ReadOnlySpan<T> operands, IReadOnlyList<double> settings) =>
        StepsFor(settings, operands.Length, share: -1)[0].Evaluate(arithmetic, operands);

    /// <summary>
    /// Adds the contributions to one operand's gradient (VJP) in some arithmetic: one, or, if PyTorch composes the op of several that each use the
    /// operand, one per use, which are accumulated one by one.
    /// </summary>
    internal void AddShares<T>(
        ICollection<T> shares,
        IArithmetic<T> arithmetic,
        T upstream,
        ReadOnlySpan<T> operands,
        T result,
        IReadOnlyList<double> settings,
        int operand
    )
    {
        ReadOnlySpan<T> variables = [.. operands, result, upstream];
        foreach (var share in StepsFor(settings, operands.Length, operand))
            shares.Add(share.Evaluate(arithmetic, variables));
    }

    /// <summary>Roundings in the computation of the value, or of the contribution to an operand's gradient.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="operands">Number of operands.</param>
    /// <param name="share">Index of the operand whose gradient receives the contribution; null for the value.</param>
    internal RoundingCount Roundings(IReadOnlyList<double> settings, int operands, int? share) =>
        _counts.GetOrAdd(Key(settings, operands, share ?? -1), _ => RoundingCount.Count(StepsFor(settings, operands, share ?? -1)));

    private static (double P, double Q, int Settings, int Operands, int Share) Key(IReadOnlyList<double> settings, int operands, int share) =>
        (settings.Count > 0 ? settings[0] : 0, settings.Count > 1 ? settings[1] : 0, settings.Count, operands, share);

    private Steps[] StepsFor(IReadOnlyList<double> settings, int operands, int share)
    {
        return _steps.GetOrAdd(Key(settings, operands, share), _ =>
        {
            var x = Enumerable.Range(0, operands).Select(Term.Variable).ToArray();
            if (share < 0)
                return [new Steps(_value(x, [.. settings]))];
            var formula = _share(new Gradient(Term.Variable(operands + 1), x, Term.Variable(operands), [.. settings]), share);
            return [.. (formula.Kind == TermKind.Sum ? formula.Parts : [formula]).Select(part => new Steps(part))];
        });
    }

    private sealed record Gradient(Term Upstream, Term[] Operands, Term Result, double[] Settings);
}
