using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Ops;

/// <summary>A formula as a list of steps in topological order; common subexpressions are computed once.</summary>
internal sealed class Steps
{
    private readonly List<(Term Term, int[] Parts)> _steps = [];

    private readonly int[] _results;

    internal Steps(params ReadOnlySpan<Term> formulas)
    {
        var places = new Dictionary<Term, int>();
        _results = new int[formulas.Length];
        for (var i = 0; i < formulas.Length; i++)
            _results[i] = Place(formulas[i], places);
    }

    /// <summary>The terms computed, each common subexpression once.</summary>
    internal IEnumerable<Term> Terms => _steps.Select(step => step.Term);

    /// <summary>The first formula's result.</summary>
    internal T Evaluate<T>(IArithmetic<T> arithmetic, ReadOnlySpan<T> variables) => Run(arithmetic, variables)[_results[0]];

    /// <summary>Each formula's result.</summary>
    internal T[] EvaluateAll<T>(IArithmetic<T> arithmetic, ReadOnlySpan<T> variables)
    {
        var results = Run(arithmetic, variables);
        return Array.ConvertAll(_results, r => results[r]);
    }

    private T[] Run<T>(IArithmetic<T> arithmetic, ReadOnlySpan<T> variables)
    {
        var results = new T[_steps.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var (term, parts) = _steps[i];
            results[i] = term.Kind switch
            {
                TermKind.Variable => variables[term.Index],
                TermKind.Constant => arithmetic.Constant(term.Number),
                TermKind.Irrational => arithmetic.Constant(term.Irrational),
                TermKind.Sum => arithmetic.Sum(Array.ConvertAll(parts, p => results[p])),
                TermKind.ApplyOfC => arithmetic.ApplyOfC(term.Primitive, results[parts[0]]),
                TermKind.MultiplyAdd => arithmetic.MultiplyAdd(results[parts[0]], results[parts[1]], results[parts[2]]),
                TermKind.Choice => Choose(arithmetic, term.Relation, results[parts[0]], results[parts[1]], results[parts[2]], results[parts[3]]),
                _ => parts.Length == 1
                    ? arithmetic.Apply(term.Primitive, results[parts[0]])
                    : arithmetic.Apply(term.Primitive, results[parts[0]], results[parts[1]]),
            };
        }

        return results;
    }

    private static T Choose<T>(IArithmetic<T> arithmetic, Relation relation, T a, T b, T then, T otherwise) =>
        arithmetic.Holds(relation, a, b) switch
        {
            true => then,
            false => otherwise,
            null => arithmetic.Either(then, otherwise),
        };

    private int Place(Term term, Dictionary<Term, int> places)
    {
        if (places.TryGetValue(term, out var place))
            return place;
        var parts = new int[term.Parts.Count];
        for (var k = 0; k < parts.Length; k++)
            parts[k] = Place(term.Parts[k], places);
        _steps.Add((term, parts));
        places.Add(term, _steps.Count - 1);
        return _steps.Count - 1;
    }
}
