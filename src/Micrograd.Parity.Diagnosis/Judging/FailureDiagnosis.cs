using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>What is known of why an item failed: facts, and mistakes that were tried and give our numbers.</summary>
/// <param name="Findings">Where our numbers go wrong, the first place first.</param>
/// <param name="Causes">The mistakes of the catalogue that explain them, the best first; empty where none does.</param>
public sealed record FailureDiagnosis(IReadOnlyList<FailureFinding> Findings, IReadOnlyList<Explanation> Causes) : ItemDetail;

/// <summary>The detail of failed items by its name.</summary>
public static class FailureDetail
{
    extension(ItemResult item)
    {
        /// <summary>What is known of why the item failed; null where nobody looked, or nothing failed.</summary>
        public FailureDiagnosis? Diagnosis => item.Detail<FailureDiagnosis>();
    }
}

/// <summary>One place at which numbers go wrong.</summary>
/// <param name="What">Which numbers, and how many of them: <c>gradient of operand 1: 40 of 80 differ</c>.</param>
/// <param name="Facts">What is known of them.</param>
public sealed record FailureFinding(string What, IReadOnlyList<string> Facts);

/// <summary>One call of an op: what went in, and what came out of it on both sides.</summary>
/// <param name="Operands">Its operands' numbers.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Upstream">The gradient of its result.</param>
/// <param name="Ours">Our result, and what each operand receives of us.</param>
/// <param name="Theirs">PyTorch's result for these operands, and what it passes on for this gradient.</param>
public sealed record OpObservation(double[] Operands, double[] Settings, double Upstream, OpNumbers Ours, OpNumbers Theirs);

/// <summary>What one side gives for a call of an op.</summary>
/// <param name="Result">The result.</param>
/// <param name="Shares">What each operand receives; null where nothing arrives, or it cannot be told apart from what others pass on.</param>
public sealed record OpNumbers(double Result, double?[] Shares);
