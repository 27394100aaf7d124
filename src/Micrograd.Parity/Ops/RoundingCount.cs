using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Ops;

/// <summary>Rounded operations of a formula; common subexpressions count once.</summary>
/// <param name="Operations">Number of sums, products, quotients and roots; a sum of n terms is n − 1 of them.</param>
/// <param name="Calls">Functions of mathematical libraries, one for each call.</param>
/// <param name="PassesThroughOne">
/// True if numbers of about 1 may stand on the way, whatever the result's size: where a constant is added to what a function gives, and in
/// functions that are themselves often composed of exponentials so.
/// </param>
internal sealed record RoundingCount(int Operations, IReadOnlyList<Primitive> Calls, bool PassesThroughOne)
{
    /// <summary>Counts the operations of formulas whose results are added up.</summary>
    internal static RoundingCount Count(IReadOnlyCollection<Steps> parts)
    {
        var terms = parts.SelectMany(steps => steps.Terms).ToList();
        return new RoundingCount(
            parts.Count - 1 + terms.Sum(OperationsOf),
            [.. terms.Where(IsCall).Select(t => t.Primitive)],
            terms.Exists(t => (IsCall(t) && IsComposedThroughOne(t.Primitive)) || (IsSum(t) && t.Parts.Any(IsConstant) && t.Parts.Any(HasCall)))
        );
    }

    /// <summary>True for a math library's function, which has a stated error.</summary>
    internal static bool IsFunction(Primitive f) =>
        f
            is not (
                Primitive.Add
                or Primitive.Subtract
                or Primitive.Multiply
                or Primitive.Divide
                or Primitive.Negate
                or Primitive.Abs
                or Primitive.Sqrt
                or Primitive.Floor
                or Primitive.Ceiling
                or Primitive.Round
                or Primitive.Truncate
                or Primitive.Fmod
            );

    private static int OperationsOf(Term term) =>
        term.Kind switch
        {
            TermKind.Sum => term.Parts.Count - 1,
            TermKind.MultiplyAdd => 2,
            TermKind.Apply or TermKind.ApplyOfC => term.Primitive
                is Primitive.Add
                    or Primitive.Subtract
                    or Primitive.Multiply
                    or Primitive.Divide
                    or Primitive.Sqrt
                ? 1
                : 0,
            _ => 0,
        };

    private static bool IsCall(Term term) => term.Kind is TermKind.Apply or TermKind.ApplyOfC && IsFunction(term.Primitive);

    private static bool HasCall(Term term) => IsCall(term) || term.Parts.Any(HasCall);

    private static bool IsSum(Term term) => term.Kind == TermKind.Apply && term.Primitive is Primitive.Add or Primitive.Subtract;

    private static bool IsConstant(Term term) => term.Kind is TermKind.Constant or TermKind.Irrational;

    private static bool IsComposedThroughOne(Primitive f) =>
        f
            is Primitive.Expm1
                or Primitive.Log1p
                or Primitive.Sinh
                or Primitive.Cosh
                or Primitive.Tanh
                or Primitive.Asinh
                or Primitive.Acosh
                or Primitive.Atanh
                or Primitive.Erf
                or Primitive.ErfOfGelu
                or Primitive.Erfc;
}
