using System.Collections.Concurrent;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Ops;

/// <summary>
/// What an op computes, in PyTorch's order of operations: its value, and the share of an upstream gradient that each operand receives.
/// Written once and evaluated in every arithmetic: in doubles it has the engine's bits, in numbers of many digits it is the op's exact
/// meaning, in enclosures it yields a bound on rounding.
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
    /// <param name="share">Upstream gradient, x, y to x's share.</param>
    public static Formula Of(Func<Term, Term> value, Func<Term, Term, Term, Term> share) =>
        new((x, _) => value(x[0]), (g, _) => share(g.Upstream, g.Operands[0], g.Result));

    /// <summary>Of one operand and settings.</summary>
    /// <param name="value">x and the settings to y.</param>
    /// <param name="share">Upstream gradient, x, y and the settings to x's share.</param>
    public static Formula Of(Func<Term, double[], Term> value, Func<Term, Term, Term, double[], Term> share) =>
        new((x, s) => value(x[0], s), (g, _) => share(g.Upstream, g.Operands[0], g.Result, g.Settings));

    /// <summary>Of two operands.</summary>
    /// <param name="value">a, b to y.</param>
    /// <param name="shareA">Upstream gradient, a, b, y to a's share.</param>
    /// <param name="shareB">Upstream gradient, a, b, y to b's share.</param>
    public static Formula Of(Func<Term, Term, Term> value, Func<Term, Term, Term, Term, Term> shareA, Func<Term, Term, Term, Term, Term> shareB) =>
        new((x, _) => value(x[0], x[1]), (g, k) => (k == 0 ? shareA : shareB)(g.Upstream, g.Operands[0], g.Operands[1], g.Result));

    /// <summary>Of three operands.</summary>
    /// <param name="value">a, b, c to y.</param>
    /// <param name="share">Upstream gradient, the operands, and which of them, to its share.</param>
    public static Formula Of(Func<Term, Term, Term, Term> value, Func<Term, Term[], int, Term> share) =>
        new((x, _) => value(x[0], x[1], x[2]), (g, k) => share(g.Upstream, g.Operands, k));

    /// <summary>Of any number of operands, which all receive the same share.</summary>
    /// <param name="value">The operands to y.</param>
    /// <param name="share">Upstream gradient and the number of operands to the share.</param>
    public static Formula Of(Func<Term[], Term> value, Func<Term, int, Term> share) =>
        new((x, _) => value(x), (g, _) => share(g.Upstream, g.Operands.Length));

    /// <summary>Of any number of operands and settings, each operand with a share of its own.</summary>
    /// <param name="value">The operands and the settings to y.</param>
    /// <param name="share">Upstream gradient, the operands, the settings, and which operand, to its share.</param>
    public static Formula Of(Func<Term[], double[], Term> value, Func<Term, Term[], double[], int, Term> share) =>
        new(value, (g, k) => share(g.Upstream, g.Operands, g.Settings, k));

    /// <summary>The value in some arithmetic.</summary>
    public T Value<T>(IArithmetic<T> arithmetic, ReadOnlySpan<T> operands, IReadOnlyList<double> settings) =>
        StepsFor(settings, operands.Length, share: -1)[0].Evaluate(arithmetic, operands);

    /// <summary>
    /// An operand's shares of the upstream gradient in some arithmetic: one, or where PyTorch composes the op of several that each use the
    /// operand, as many, which are added one by one to what it has.
    /// </summary>
    public void AddShares<T>(
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

    /// <summary>What is rounded on the way to the value, or to an operand's share.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="operands">How many operands there are.</param>
    /// <param name="share">Which operand's share; null for the value.</param>
    internal RoundingCount Roundings(IReadOnlyList<double> settings, int operands, int? share) =>
        _counts.GetOrAdd(Key(settings, operands, share ?? -1), _ => RoundingCount.Of(StepsFor(settings, operands, share ?? -1)));

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
