using System.Globalization;
using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recordings;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>Reasons for a loss that is a multiple of the original's.</summary>
internal static class Proportions
{
    private const double Near = 1e-5;

    /// <summary>Mistakes that multiply a loss by a ratio.</summary>
    /// <param name="ratio">The port's loss divided by the original's.</param>
    /// <param name="passes">Number of the original's backward passes in the step.</param>
    /// <param name="targets">The targets, if they are recorded.</param>
    internal static IReadOnlyList<Mistake> Causes(double ratio, int passes, RecordedTensor? targets)
    {
        if (Is(passes) && passes > 1)
            return
            [
                new(
                    "micro-batches-not-divided",
                    $"The loss is not divided by the number of micro-batches, {passes}.",
                    "Divide each micro-batch's loss by their number."
                ),
            ];
        if (targets is null)
            return [];
        var (batch, all) = (targets.Shape.Count > 0 ? targets.Shape[0] : 1, targets.Elements);
        if (batch > 1 && Is(batch))
            return
            [
                new(
                    "reduction-sum",
                    $"The loss is {batch} times the original's, the size of the batch: a sum for a mean.",
                    "Reduce by the mean, as the original does."
                ),
            ];
        if (all > 1 && Is(all))
            return
            [
                new(
                    "reduction-sum",
                    $"The loss is {all} times the original's, the number of targets: a sum for a mean.",
                    "Reduce by the mean, as the original does."
                ),
            ];
        foreach (var divisor in new[] { all, batch })
        {
            if (Count(ratio * divisor) is var count and > 0)
                return [Counts(count, divisor)];
        }

        return [];

        bool Is(double count) => Math.Abs(ratio / count - 1) < Near;

        long Count(double number) =>
            number >= 1 && number <= all && Math.Abs(number - Math.Round(number)) < Near * number ? (long)Math.Round(number) : 0;

        static Mistake Counts(long original, long port) =>
            new(
                "averaged-over-another-count",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The losses are as {original} to {port}: the original averages over {original} targets and the port over {port}."
                ),
                "Average over the same targets: those that are not to be ignored."
            );
    }
}
