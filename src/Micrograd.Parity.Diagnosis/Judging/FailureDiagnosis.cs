using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Diagnosis of a failed item: facts, and faults that reproduce our numbers when planted.</summary>
/// <param name="Findings">Places where our numbers go wrong, in order.</param>
/// <param name="Causes">Faults of the catalogue that explain them, best first; empty if none does.</param>
internal sealed record FailureDiagnosis(IReadOnlyList<FailureFinding> Findings, IReadOnlyList<Explanation> Causes) : ItemDetail
{
    /// <summary>Message for a failure that no known fault explains.</summary>
    internal const string NoCause = "no known mistake gives these numbers";

    /// <summary>The diagnosis in lines: the kind of each, <c>found</c>, <c>known</c> or <c>cause</c>, and its text.</summary>
    internal IEnumerable<(string What, string Text)> Lines()
    {
        foreach (var finding in Findings)
        {
            yield return ("found", finding.What);
            foreach (var fact in finding.Facts)
                yield return ("known", fact);
        }

        foreach (var cause in Causes)
            yield return ("cause", cause.Words);
        if (Causes.Count == 0)
            yield return ("cause", NoCause);
    }
}

/// <summary>Access to the diagnosis of an item.</summary>
internal static class FailureDetail
{
    extension(ItemResult item)
    {
        /// <summary>Diagnosis of the failure; null if the item was not diagnosed, or did not fail.</summary>
        public FailureDiagnosis? Diagnosis => item.Detail<FailureDiagnosis>();
    }
}

/// <summary>One place at which numbers go wrong.</summary>
/// <param name="What">Kind and number of wrong numbers: <c>gradient of operand 1: 40 of 80 differ</c>.</param>
/// <param name="Facts">Facts about them.</param>
internal sealed record FailureFinding(string What, IReadOnlyList<string> Facts);

/// <summary>One call of an op: its inputs, and the results of both sides.</summary>
/// <param name="Operands">Its operands' numbers.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Upstream">The gradient of its result.</param>
/// <param name="Ours">Our result and VJPs.</param>
/// <param name="Theirs">PyTorch's result and VJPs for these operands and this gradient.</param>
internal sealed record OpObservation(double[] Operands, double[] Settings, double Upstream, OpNumbers Ours, OpNumbers Theirs);

/// <summary>Result and VJPs of one side for a call of an op.</summary>
/// <param name="Result">The result.</param>
/// <param name="Shares">Contribution to the gradient of each operand; null if there is none, or if it cannot be isolated.</param>
internal sealed record OpNumbers(double Result, double?[] Shares);
