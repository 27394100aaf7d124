using Micrograd.Parity.Diff.Recomputing;

namespace Micrograd.Parity.Diff.Causes;

/// <summary>A mistake in an optimizer: other updates that compute what the wrong side computed.</summary>
/// <param name="Mistake">Its name and sentences; {0} is the value that was found.</param>
/// <param name="Variants">The updates, from the right one; none where the mistake cannot be in it.</param>
internal sealed record OptimizerMistake(Mistake Mistake, Func<OptimizerCall, IEnumerable<(OptimizerCall Call, string Value)>> Variants)
{
    internal OptimizerMistake(string name, string explanation, string remedy, Func<OptimizerCall, IEnumerable<(OptimizerCall, string)>> variants)
        : this(new Mistake(name, explanation, remedy), variants) { }
}
